import type { Command } from 'commander';
import { acceptOption, type ChangeOptions, fileOption, outputOption, yesOption } from './options.ts';

/** `edgectl unlock` */
export const unlockCommand = (program: Command): void => {
  program
    .command('unlock')
    .description(
      'show who locked which host, since when and by which run, and free the hosts after a confirmation',
    )
    .addOption(fileOption())
    .addOption(outputOption())
    .addOption(yesOption())
    .addOption(acceptOption())
    .addHelpText(
      'after',
      '\nA lock whose process on this machine is gone needs no unlock: the next run takes it over.',
    )
    .action(async (options: ChangeOptions) => {
      const { unlockVerb } = await import('./unlock-verb.ts');
      await unlockVerb(options);
    });
};
