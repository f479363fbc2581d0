import type { Command } from 'commander';
import { fileOption, type KubeconfigOptions, outputOption } from './options.ts';

/** `edgectl kubeconfig` */
export const kubeconfigCommand = (program: Command): void => {
  program
    .command('kubeconfig')
    .description('say where the kubeconfig of a cluster is, or merge it into your own')
    .addOption(fileOption())
    .addOption(outputOption())
    .option(
      '--merge [path]',
      'merge it into a kubeconfig, whose other entries stay as they are (default: the first of $KUBECONFIG, else ~/.kube/config)',
    )
    .option('--replace', 'replace entries of these names even if they are of another cluster')
    .addHelpText(
      'after',
      '\nExample:\n  export KUBECONFIG=$(edgectl kubeconfig)\n  edgectl kubeconfig --merge && kubectl --context crossing-17 get nodes',
    )
    .action(async (options: KubeconfigOptions) => {
      const { kubeconfigVerb } = await import('./kubeconfig-verb.ts');
      kubeconfigVerb(options);
    });
};
