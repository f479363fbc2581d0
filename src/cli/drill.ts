import type { Command } from 'commander';
import {
  acceptOption,
  type DrillOptions,
  dryRunOption,
  fileOption,
  outputOption,
  yesOption,
} from './options.ts';

/** `edgectl drill` */
export const drillCommand = (program: Command): void => {
  program
    .command('drill')
    .description(
      'cut each master and the control node off the network in turn, half a minute each, and say what the cluster made of it',
    )
    .addOption(fileOption())
    .addOption(outputOption())
    .addOption(yesOption())
    .addOption(dryRunOption())
    .addOption(acceptOption())
    .addHelpText(
      'after',
      '\nEach host puts itself back, even if edgectl is gone. SSH goes on.\n\nExample:\n  edgectl drill -f cluster.yaml --yes --output json',
    )
    .action(async (options: DrillOptions) => {
      const { drillVerb } = await import('./drill-verb.ts');
      await drillVerb(options);
    });
};
