import { swapOff } from '../commands/swapoff.ts';
import * as systemctl from '../commands/systemctl.ts';
import type { Known } from '../decisions/index.ts';
import { serversOf } from '../domain/topology/roles.ts';
import { definePhase } from '../engine/phase.ts';
import { container } from '../facts/detect-virt.ts';
import { swap } from '../facts/swap.ts';
import type { Cluster } from '../spec/cluster.ts';

/**
 * Switches zram, and the units that make a swap at boot, off on the servers, whose etcd must not wait for memory. Workers keep
 * theirs, which k3s allows. A swap of the operator's own, in /etc/fstab, is left alone: `check` tells of it.
 */
export const stopSwap = definePhase({
  id: 'stop-swap',
  title: 'Switch swap off',
  hosts: (cluster: Cluster, known: Known) => serversOf(cluster, known),
  facts: () => ({ swap, container }),

  *plan({ facts: { swap: found, container: inside } }) {
    // A container swaps where the machine under it does.
    if (inside === 'yes' || found === 'absent') return;
    for (const unit of found.units)
      yield unit.endsWith('.swap')
        ? {
            says: `stop and mask ${unit}`,
            run: { command: systemctl.maskNow(unit) },
            undo: systemctl.unmask(unit),
          }
        : {
            says: `stop and disable ${unit}`,
            run: { command: systemctl.disableNow(unit) },
            undo: systemctl.enableNow(unit),
          };
    // Not every unit takes back at its stop what it made at its start.
    const zram = found.devices.flatMap(({ name }) => (/^\/dev\/zram\d+$/.test(name) ? [name] : []));
    if (zram.length > 0) yield { says: `switch ${zram.join(', ')} off`, run: { command: swapOff(...zram) } };
  },
});
