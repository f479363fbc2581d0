import type { Command } from 'commander';
import type { ClusterOptions } from './options.ts';
import { acceptOption, downgradeOption, fileOption, outputOption, unsignedOption } from './options.ts';

/** `edgectl plan` */
export const planCommand = (program: Command): void => {
  program
    .command('plan')
    .description(
      'print what `init` would change now, and the digest of that plan; leaves no trace on any host',
    )
    .addOption(fileOption())
    .addOption(outputOption())
    .addOption(acceptOption())
    .addOption(unsignedOption())
    .addOption(downgradeOption())
    .addHelpText(
      'after',
      '\nExample:\n  edgectl plan -f cluster.yaml\n  edgectl init -f cluster.yaml --plan sha256:…',
    )
    .action(async (options: ClusterOptions) => {
      const { planVerb } = await import('./apply-verb.ts');
      await planVerb('plan', 'init', options);
    });
};
