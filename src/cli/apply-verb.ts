import { applyPlaybook } from '../actions/apply.ts';
import { plan } from '../actions/plan.ts';
import { isGone } from '../adapters/state/process.ts';
import { countChanges, type Plan, planDigest, planWords } from '../engine/plan.ts';
import { paint, wantsColour } from '../report/paint.ts';
import { planDocument, planText } from '../report/plan.ts';
import { summaryText } from '../report/summary.ts';
import type { Playbook } from '../spec/playbook.ts';
import { readPlaybook } from '../spec/playbook.ts';
import { isProblems, problemData } from '../support/problem.ts';
import { confirm } from './confirm.ts';
import type { ChangeOptions, ClusterOptions } from './options.ts';
import { playbookText } from './package.ts';
import { runVerb } from './verb.ts';

/** A playbook that comes with edgectl. */
export const playbookOf = (id: string): Playbook => {
  const playbook = readPlaybook(playbookText(id), `playbooks/${id}.yaml`);
  if (isProblems(playbook)) throw new AggregateError(playbook.problems);
  return playbook;
};

/** A plan as it is shown. */
export const planned = (made: Plan) => ({
  digest: planDigest(made),
  changes: countChanges(made),
  phases: planWords(made),
});

/** Prints what a playbook would do. */
export const planVerb = (
  verb: string,
  playbook: string,
  options: ClusterOptions & { readonly text?: string },
  more: { readonly kubeconfig?: string | undefined; readonly target?: string } = {},
): Promise<void> =>
  runVerb(verb, options, { journal: false }, async ({ start }) => {
    const made = await plan(start, {
      playbook: playbookOf(playbook),
      kubeconfig: more.kubeconfig ?? start.kubeconfig,
      ...(more.target === undefined ? {} : { target: more.target }),
    });
    const words = planned(made);
    const colours = paint(wantsColour(process.stdout, process.env));
    return { text: () => planText(words, colours), document: planDocument(words), problems: [] };
  });

/** Plans, confirms and carries out a playbook. `text` stands for the cluster file where a verb has edited it. */
export const applyVerb = (
  verb: string,
  playbook: string,
  options: ChangeOptions & { readonly text?: string },
  more: {
    readonly plan?: string | undefined;
    readonly kubeconfig?: string | undefined;
    readonly target?: string;
    /** Called once the plan is accepted, before the first change; again, where there was nothing to change. */
    readonly accepted?: () => void;
    readonly after?: () => void;
    readonly left?: readonly string[];
  } = {},
): Promise<void> => {
  if (options.dryRun) return planVerb(verb, playbook, options, more);
  return runVerb(verb, options, { journal: true }, async ({ start, cluster, holder, stop, reporter }) => {
    const { result, problems } = await applyPlaybook(start, {
      playbook: playbookOf(playbook),
      kubeconfig: more.kubeconfig ?? start.kubeconfig,
      ...(more.plan === undefined ? {} : { digest: more.plan }),
      ...(more.target === undefined ? {} : { target: more.target }),
      onFailure: options.onFailure,
      stop,
      holder,
      isGone,
      confirm: async (prepared) => {
        if (!options.yes) {
          await reporter.pause?.();
          const colours = paint(wantsColour(process.stderr, process.env));
          process.stderr.write(`${planText(planned(prepared.plan), colours)}\n`);
          if (!(await confirm(`Carry this out on ${cluster.name}?`, stop))) return false;
        }
        more.accepted?.();
        return true;
      },
    });
    if (problems.length === 0) {
      more.accepted?.();
      more.after?.();
    }
    const colours = paint(wantsColour(process.stdout, process.env));
    const left = problems.length === 0 ? (more.left ?? []) : [];
    return {
      text: (events) => [summaryText(events, problems.map(problemData), colours), ...left].join('\n'),
      document: result,
      problems,
      changes: result.changes,
    };
  });
};
