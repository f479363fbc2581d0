import type { Command } from 'commander';
import { type DiscoverOptions, outputOption, wholeNumber, yesOption } from './options.ts';

/** `edgectl discover` */
export const discoverCommand = (program: Command): void => {
  program
    .command('discover <targets...>')
    .description(
      'find machines with an SSH server, show their host keys for confirmation, and write a cluster file to stdout',
    )
    .option('--port <number>', 'the SSH port', wholeNumber, 22)
    .option('--control <address>', "the control node's address (default: the first that was found)")
    .option('--name <name>', "the cluster's name", 'site')
    .option('--k3s <version>', 'the k3s version', 'v1.34.2+k3s1')
    .option('--user <user>', 'the user to log in as')
    .addOption(outputOption())
    .addOption(yesOption())
    .addHelpText(
      'after',
      '\nTargets are addresses, ranges (10.20.0.11-15) and networks (10.20.0.0/24).\n\nExample:\n  edgectl discover 10.20.0.0/24 > cluster.yaml',
    )
    .action(async (targets: string[], options: DiscoverOptions) => {
      const { discoverVerb } = await import('./discover-verb.ts');
      await discoverVerb(targets, options);
    });
};
