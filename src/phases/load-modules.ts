import * as modprobe from '../commands/modprobe.ts';
import type { Known } from '../decisions/index.ts';
import { definePhase } from '../engine/phase.ts';
import { container } from '../facts/detect-virt.ts';
import { kernelModules } from '../facts/modprobe.ts';
import { type Cluster, type Host, nodes } from '../spec/cluster.ts';

/**
 * What must be there before k3s asks; iptables and its matches load their modules on first use. A kernel that brings vxlan's
 * file along may refuse to load it all the same: then another backend was chosen, and nobody needs it.
 */
const modulesFor = ({ network }: Known): readonly string[] => [
  ...['overlay', 'br_netfilter', 'nf_conntrack'],
  ...(network.backend === 'vxlan' ? ['vxlan'] : []),
];

/** Loads the kernel modules that k3s needs, now and at every boot. What the kernel has built in needs nothing. */
export const loadModules = definePhase({
  id: 'load-modules',
  title: 'Load kernel modules',
  hosts: (cluster: Cluster, _known: Known) => nodes(cluster),
  facts: (_cluster: Cluster, _host: Host, known: Known) => ({
    modules: kernelModules(...modulesFor(known)),
    container,
  }),

  *plan({ known, facts: { modules, container } }) {
    // A container has the modules of the machine under it.
    if (container === 'yes' || modules === 'absent') return;
    const inState = (...states: readonly string[]) =>
      modulesFor(known).filter((module) => states.includes(modules[module] ?? 'missing'));

    // Trying is the only proof that a module fits the kernel, so it goes before what makes each boot try it.
    for (const module of inState('loadable'))
      yield { says: `load the kernel module ${module}`, run: { command: modprobe.load(module) } };

    const file = modprobe.modulesAtBoot(inState('loadable', 'loaded', 'settled'));
    if (inState('loadable', 'loaded').length > 0) yield { says: `write ${file.path}`, run: { file } };
  },
});
