import type { Command } from 'commander';
import {
  changesHosts,
  downgradeOption,
  type HostAddOptions,
  type HostRemoveOptions,
  rateOption,
  unsignedOption,
} from './options.ts';

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** `edgectl host add|remove` */
export const hostCommand = (program: Command): void => {
  const host = program.command('host').description('add a worker to a cluster, or remove one');
  changesHosts(
    host
      .command('add <address>')
      .description('write a worker into the cluster file and bring it into the cluster')
      .option('--name <name>', 'the name of the node (default: its own hostname)')
      .option('--host-key <key>', 'its SSH host key, whole or as SHA256:…')
      .option('--label <key=value>', 'a label of the node; may be given again', collect)
      .addOption(unsignedOption())
      .addOption(downgradeOption())
      .addOption(rateOption()),
  )
    .addHelpText('after', '\nExample:\n  edgectl host add 10.20.0.15 --name cam-south --label camera=south')
    .action(async (address: string, options: HostAddOptions) => {
      const { hostAddVerb } = await import('./host-verb.ts');
      await hostAddVerb(address, options);
    });
  changesHosts(
    host
      .command('remove <name>')
      .description('drain a worker, delete its node, take k3s off it, and take it out of the cluster file')
      .option(
        '--stolen',
        'cut it off without asking it: the API refuses its certificate’s writes, and all agents get another token',
      ),
  )
    .addHelpText(
      'after',
      '\nA host that is switched off is removed from the cluster too; reset it when it is back.\nA stolen master or control node cannot be cut off: whoever has it has the keys of the cluster.\n\nExample:\n  edgectl host remove cam-south\n  edgectl host remove cam-north --stolen',
    )
    .action(async (name: string, options: HostRemoveOptions) => {
      const { hostRemoveVerb } = await import('./host-verb.ts');
      await hostRemoveVerb(name, options);
    });
};
