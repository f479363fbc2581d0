import type { Command } from 'commander';
import { type ChangeOptions, changesHosts } from './options.ts';

/** `edgectl reset` */
export const resetCommand = (program: Command): void => {
  changesHosts(
    program
      .command('reset')
      .description(
        'take k3s and everything edgectl made off all hosts, with the data of the cluster; says what it leaves',
      ),
  )
    .addHelpText('after', '\nExample:\n  edgectl reset -f cluster.yaml --dry-run')
    .action(async (options: ChangeOptions) => {
      const { applyVerb } = await import('./apply-verb.ts');
      const { LEFT_BEHIND } = await import('../report/left-behind.ts');
      await applyVerb('reset', 'reset', options, { left: LEFT_BEHIND });
    });
};
