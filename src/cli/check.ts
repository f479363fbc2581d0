import type { Command } from 'commander';
import type { CheckOptions } from './options.ts';
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
    .option('--junit <file>', 'write the checks as JUnit XML too, a test case each')
    .addHelpText(
      'after',
      '\nExits with 7 when a check of severity error fails and preflight.waive does not name it.\nCodes: docs/reference/checks.md.\n\nExamples:\n  edgectl check -f cluster.yaml --output json\n  edgectl check -f cluster.yaml --junit checks.xml',
    )
    .action(async (options: CheckOptions) => {
      const { checkVerb } = await import('./check-verb.ts');
      await checkVerb(options);
    });
};
