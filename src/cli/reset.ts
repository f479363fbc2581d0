import type { Command } from 'commander';
import type { ChangeOptions } from './options.ts';
import {
  acceptOption,
  dryRunOption,
  fileOption,
  onFailureOption,
  outputOption,
  yesOption,
} from './options.ts';

/** `edgectl reset` */
export const resetCommand = (program: Command): void => {
  program
    .command('reset')
    .description(
      'take k3s and everything edgectl made off all hosts, with the data of the cluster; says what it leaves',
    )
    .addOption(fileOption())
    .addOption(outputOption())
    .addOption(yesOption())
    .addOption(dryRunOption())
    .addOption(onFailureOption())
    .addOption(acceptOption())
    .addHelpText('after', '\nExample:\n  edgectl reset -f cluster.yaml --dry-run')
    .action(async (options: ChangeOptions) => {
      const { applyVerb } = await import('./apply-verb.ts');
      const { LEFT_BEHIND } = await import('../report/left-behind.ts');
      await applyVerb('reset', 'reset', options, { left: LEFT_BEHIND });
    });
};
