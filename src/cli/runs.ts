import type { Command } from 'commander';
import { fileOption, type OutputForm, outputOption } from './options.ts';

/** `edgectl runs [show <id>]` */
export const runsCommand = (program: Command): void => {
  const runs = program
    .command('runs')
    .description('read the journals of earlier runs on this machine')
    .addOption(fileOption())
    .addOption(outputOption())
    .addHelpText('after', '\nExample:\n  edgectl runs\n  edgectl runs show 20261121-224357-1f3a')
    .action(async (options: { file: string; output: OutputForm }) => {
      const { listRuns } = await import('./runs-verb.ts');
      listRuns(options);
    });
  runs
    .command('show <id>')
    .description('what happened in one run, line by line; `last` is the newest')
    .action(async (id: string, _options: object, command: Command) => {
      const { showRun } = await import('./runs-verb.ts');
      showRun(id, command.optsWithGlobals());
    });
};
