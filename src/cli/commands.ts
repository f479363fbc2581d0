import { Command } from 'commander';
import { bundleCommand } from './bundle.ts';
import { checkCommand } from './check.ts';
import { completionCommand } from './completion-command.ts';
import { discoverCommand } from './discover.ts';
import { drillCommand } from './drill.ts';
import { hostCommand } from './host.ts';
import { initCommand } from './init.ts';
import { kubeconfigCommand } from './kubeconfig.ts';
import { version } from './package.ts';
import { planCommand } from './plan.ts';
import { resetCommand } from './reset.ts';
import { runsCommand } from './runs.ts';
import { statusCommand } from './status.ts';
import { supportBundleCommand } from './support-bundle.ts';
import { unlockCommand } from './unlock.ts';

/** The whole command line. Commands only declare here; what they do loads when they run. */
export const program = (): Command => {
  const all = new Command('edgectl')
    .description('Turns a cabinet of boards into a two-master k3s micro-cloud over SSH.')
    .version(version())
    .showHelpAfterError('(edgectl --help shows all commands)')
    .exitOverride();
  for (const add of [
    initCommand,
    planCommand,
    statusCommand,
    checkCommand,
    discoverCommand,
    resetCommand,
    hostCommand,
    drillCommand,
    kubeconfigCommand,
    bundleCommand,
    runsCommand,
    unlockCommand,
    supportBundleCommand,
    completionCommand,
  ])
    add(all);
  return all;
};
