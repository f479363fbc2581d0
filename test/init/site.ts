import { dirname, join } from 'node:path';
import { type LabSummary, type LabWish, ringLab } from '../lab/lab.ts';
import { documentOf, type Edgectl, edgectl, type RunDocument, type StatusDocument } from './cli.ts';
import { traceOf } from './trace.ts';

/** A lab, the edgectl that works on it, and what tests keep asking of the two. */
export interface Site {
  readonly lab: LabSummary;
  readonly run: Edgectl;
  /** The words of a command on this lab's cluster file. */
  on(...words: readonly string[]): readonly string[];
  names(): readonly string[];
  status(): Promise<StatusDocument>;
  /** The names of the masters, the founder first. */
  masters(): Promise<readonly string[]>;
  init(): Promise<RunDocument>;
  /** Everything a dry-run may not change, by node. */
  traces(): Promise<Readonly<Record<string, readonly string[]>>>;
}

/** Starts a lab of its own for one test file. */
export const openSite = async (what: string, wish: Omit<LabWish, 'name'> = {}): Promise<Site> => {
  const lab = await ringLab(what, wish);
  const run = await edgectl(join(dirname(lab.file), 'state'));
  const on = (...words: readonly string[]) => [...words, '-f', lab.file];
  const names = () => lab.nodes.map(({ name }) => name);
  const status = async () => documentOf<StatusDocument>(await run(on('status', '--output', 'json')));
  return {
    lab,
    run,
    on,
    names,
    status,
    // Members of etcd are listed in the order in which they started.
    masters: async () => {
      const { nodes, etcd } = await status();
      const isMaster = (name: string) => nodes.some((node) => node.name === name && node.role === 'master');
      return etcd.map(({ name }) => name).filter(isMaster);
    },
    init: async () => documentOf<RunDocument>(await run(on('init', '--yes', '--output', 'json'))),
    traces: async () => {
      const pairs = names().map(async (name) => [name, await traceOf(lab.name, name)] as const);
      return Object.fromEntries(await Promise.all(pairs));
    },
  };
};
