import type { Command } from 'commander';
import type { ClusterOptions } from './options.ts';
import { acceptOption, fileOption, outputOption } from './options.ts';

/** `edgectl status` */
export const statusCommand = (program: Command): void => {
  program
    .command('status')
    .description(
      'show nodes, roles, etcd members, versions, certificate days left, and drift from the cluster file',
    )
    .addOption(fileOption())
    .addOption(outputOption())
    .addOption(acceptOption())
    .addHelpText(
      'after',
      '\nExits with 4 when the cluster is not ready.\n\nExample:\n  edgectl status -f cluster.yaml',
    )
    .action(async (options: ClusterOptions) => {
      const { statusVerb } = await import('./status-verb.ts');
      await statusVerb(options);
    });
};
