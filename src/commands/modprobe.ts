import type { File } from '../engine/change.ts';
import { asRoot, type Command, cmd } from '../engine/command.ts';

/** Loads a kernel module now. */
export const load = (module: string): Command => asRoot(cmd('modprobe', module));

/** Has systemd load kernel modules at every boot. */
export const modulesAtBoot = (modules: readonly string[]): File => ({
  path: '/etc/modules-load.d/edgectl.conf',
  mode: '0644',
  content: [modules.map((module) => `${module}\n`).join('')],
});
