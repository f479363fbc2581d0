import type { Command } from 'commander';
import { acceptOption, bundleFormOption, fileOption, type SupportBundleOptions } from './options.ts';

/** `edgectl support-bundle` */
export const supportBundleCommand = (program: Command): void => {
  program
    .command('support-bundle')
    .description(
      'write what somebody who helps needs to see into one archive, without secrets; leaves no trace on any host',
    )
    .addOption(fileOption())
    .addOption(bundleFormOption())
    .option(
      '-o, --out <file>',
      'where the .tar.gz goes (default: edgectl-support-<cluster>-<run>.tar.gz here)',
    )
    .addOption(acceptOption())
    .addHelpText(
      'after',
      '\nWhat cannot be had, such as a host that is off, is named, and the rest is written.\n\nExample:\n  edgectl support-bundle -o /tmp/crossing-17.tar.gz',
    )
    .action(async (options: SupportBundleOptions) => {
      const { supportBundleVerb } = await import('./support-bundle-verb.ts');
      await supportBundleVerb(options);
    });
};
