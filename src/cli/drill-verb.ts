import { drill } from '../actions/drill.ts';
import { isGone } from '../adapters/state/process.ts';
import { drillText } from '../report/drill.ts';
import { paint, wantsColour } from '../report/paint.ts';
import { planText } from '../report/plan.ts';
import { Problem } from '../support/problem.ts';
import { planned, planVerb, playbookOf } from './apply-verb.ts';
import { confirm } from './confirm.ts';
import type { DrillOptions } from './options.ts';
import { runVerb } from './verb.ts';

/** Pulls at a cluster with the operator's consent, and prints what became of it. */
export const drillVerb = (options: DrillOptions): Promise<void> => {
  if (options.dryRun) return planVerb('drill', 'drill', options);
  return runVerb('drill', options, { journal: true }, async ({ start, cluster, holder, stop, reporter }) => {
    const { result, problems } = await drill(start, {
      playbook: playbookOf('drill'),
      kubeconfig: start.kubeconfig,
      stop,
      holder,
      isGone,
      confirm: async ({ plan }) => {
        if (options.yes) return true;
        await reporter.pause?.();
        process.stderr.write(`${planText(planned(plan), paint(wantsColour(process.stderr, process.env)))}\n`);
        return confirm(`Cut these servers of ${cluster.name} off the network, one after another?`, stop);
      },
    });
    const { writes, writesLost } = result;
    const lost = writesLost ? [new Problem('WRITES_LOST', `${writesLost} of ${writes} writes lost`)] : [];
    return {
      text: () => drillText(result, paint(wantsColour(process.stdout, process.env))),
      document: result,
      problems: [...problems, ...lost],
      changes: result.pulls.length,
    };
  });
};
