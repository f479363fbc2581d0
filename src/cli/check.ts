import type { Command } from 'commander';
import type { ClusterOptions } from './options.ts';
import { acceptOption, downgradeOption, fileOption, outputOption, unsignedOption } from './options.ts';

/** `edgectl check` */
export const checkCommand = (program: Command): void => {
  program
    .command('check')
    .description('check that the hosts are fit for a cluster (preflight only); leaves no trace on any host')
    .addOption(fileOption())
    .addOption(outputOption())
    .addOption(acceptOption())
    .addOption(unsignedOption())
    .addOption(downgradeOption())
    .addHelpText(
      'after',
      '\nExits with 7 when a check fails.\n\nExample:\n  edgectl check -f cluster.yaml --output json',
    )
    .action(async (options: ClusterOptions) => {
      const { checkVerb } = await import('./check-verb.ts');
      await checkVerb(options);
    });
};
