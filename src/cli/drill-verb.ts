import { drill } from '../actions/drill.ts';
import { isGone } from '../adapters/state/process.ts';
import { drillText } from '../report/drill.ts';
import { paint, wantsColour } from '../report/paint.ts';
import { Problem } from '../support/problem.ts';
import { planVerb, playbookOf } from './apply-verb.ts';
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
        const names = plan.flatMap(({ hosts }) => hosts.map(({ host }) => host)).join(', ');
        return confirm(`Cut ${names} of ${cluster.name} off the network, one after another?`, stop);
      },
    });
    const lost = `${result.writesLost} of ${result.writes} writes lost`;
    return {
      text: () => drillText(result, paint(wantsColour(process.stdout, process.env))),
      document: result,
      problems: result.writesLost === 0 ? problems : [...problems, new Problem('WRITES_LOST', lost)],
      changes: result.pulls.length,
    };
  });
};
