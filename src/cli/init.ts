import type { Command } from 'commander';
import { type ChangeOptions, changesHosts, downgradeOption, rateOption, unsignedOption } from './options.ts';

/** What `init` takes beside the options of every verb that changes hosts. */
export interface InitOptions extends ChangeOptions {
  readonly plan?: string;
  readonly kubeconfig?: string;
}

/** `edgectl init` */
export const initCommand = (program: Command): void => {
  changesHosts(
    program
      .command('init')
      .description(
        'turn the hosts of a cluster file into a Ready cluster; run again, it goes on or finds nothing to change',
      ),
  )
    .option('--plan <digest>', 'carry out only the plan with this digest, as `edgectl plan` printed it')
    .addOption(unsignedOption())
    .addOption(downgradeOption())
    .addOption(rateOption())
    .option('--kubeconfig <path>', "where to write the operator's kubeconfig (default: in the state folder)")
    .addHelpText(
      'after',
      '\nExample:\n  edgectl discover 10.20.0.0/24 > cluster.yaml\n  edgectl init -f cluster.yaml',
    )
    .action(async (options: InitOptions) => {
      const { applyVerb } = await import('./apply-verb.ts');
      await applyVerb('init', 'init', options, { plan: options.plan, kubeconfig: options.kubeconfig });
    });
};
