import { status } from '../actions/status.ts';
import { paint, wantsColour } from '../report/paint.ts';
import { statusText } from '../report/status.ts';
import { Problem } from '../support/problem.ts';
import { playbookOf } from './apply-verb.ts';
import type { ClusterOptions } from './options.ts';
import { runVerb } from './verb.ts';

/** Prints how the cluster stands; exits with 4 when it is not ready. */
export const statusVerb = (options: ClusterOptions): Promise<void> =>
  runVerb('status', options, { journal: false }, async ({ start, cluster }) => {
    const document = await status(start, { playbook: playbookOf('init'), kubeconfig: start.kubeconfig });
    return {
      text: () => statusText(document, paint(wantsColour(process.stdout, process.env))),
      document,
      problems: document.ready ? [] : [new Problem('CLUSTER_NOT_READY', `${cluster.name} is not ready`)],
    };
  });
