import * as z from 'zod';
import type { Problems } from '../support/problem.ts';
import { type Fault, faultProblems } from './fault.ts';
import { text } from './formats.ts';
import { entriesAt, listAt, textAt } from './raw.ts';
import { checkSchema } from './schema-faults.ts';
import { readYaml } from './yaml-source.ts';

/** One step of a playbook. A barrier waits until every host has come as far. */
export type Step = { readonly decide: string } | { readonly phase: string; readonly barrier: boolean };

/** An ordered list of what a verb does, read from `playbooks/<id>.yaml`. */
export interface Playbook {
  readonly id: string;
  readonly steps: readonly Step[];
}

const stepId = text(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'an id such as start-k3s-server');

/** The whole of a playbook's file. */
const PlaybookFile = z.strictObject({
  about: text(/\S/, 'a sentence').describe('What the playbook is for.'),
  steps: z
    .array(
      z.strictObject({
        decide: stepId.optional().describe('The id of a decision; it waits for every host.'),
        phase: stepId.optional().describe('The id of a phase.'),
        barrier: z.boolean().optional().describe('The phase waits until every host has come as far.'),
      }),
    )
    .min(1, { error: 'a list of at least one step' })
    .describe('What is done, in order.'),
});

/** What a schema cannot say: a step is one thing, and stands once. */
const stepFaults = (file: unknown): readonly Fault[] => {
  const seen = new Set<string>();
  return listAt(file, ['steps']).flatMap((_, index): readonly Fault[] => {
    const path = ['steps', index];
    const keys = entriesAt(file, path).map(([key]) => key);
    const kinds = keys.filter((key) => key === 'decide' || key === 'phase');
    if (kinds.length !== 1) {
      return keys.length === 0
        ? []
        : [{ path, on: 'value', message: 'a step wants one of "decide" and "phase"' }];
    }
    const [kind = ''] = kinds;
    const id = textAt(file, [...path, kind]);
    const faults: Fault[] = [];
    if (kind === 'decide' && keys.includes('barrier')) {
      const message = 'every decision is a barrier; take the key away';
      faults.push({ path: [...path, 'barrier'], on: 'key', message });
    }
    if (id !== '' && seen.has(id)) {
      faults.push({ path: [...path, kind], on: 'value', message: `"${id}" stands twice` });
    }
    seen.add(id);
    return faults;
  });
};

const idOf = (file: string): string => file.replace(/^.*\//, '').replace(/\.ya?ml$/, '');

/**
 * Reads the text of a playbook; its id is the file's name. Every fault is one problem, `FILE:LINE:COL message`.
 * Playbooks come with edgectl, so a fault in one is a BUG.
 */
export const readPlaybook = (content: string, file: string): Playbook | Problems => {
  const source = readYaml(content);
  const { data, faults } = checkSchema(PlaybookFile, source.value);
  const problems = faultProblems('BUG', file, source, [...faults, ...stepFaults(source.value)]);
  if (!data || problems.length > 0) return { problems };
  const steps = data.steps.flatMap(({ decide, phase, barrier = false }): readonly Step[] => {
    if (decide !== undefined) return [{ decide }];
    return phase === undefined ? [] : [{ phase, barrier }];
  });
  return { id: idOf(file), steps };
};
