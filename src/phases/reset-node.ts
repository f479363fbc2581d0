import * as places from '../commands/k3s-places.ts';
import * as removal from '../commands/k3s-removal.ts';
import * as systemctl from '../commands/systemctl.ts';
import type { Known } from '../decisions/index.ts';
import { definePhase } from '../engine/phase.ts';
import { leftovers } from '../facts/leftovers.ts';
import type { Cluster, Host } from '../spec/cluster.ts';

const podsNetwork = ({ k3s }: Cluster): string =>
  String(k3s.server['cluster-cidr'] ?? '10.42.0.0/16').split(',')[0] ?? '';

/**
 * Takes k3s and what edgectl made off a host, in the order in which one stands in the way of the next. It has no undo: a
 * half-reset host is reset by the next run. With a target, only that host.
 */
export const resetNode = definePhase({
  id: 'reset-node',
  title: 'Take k3s off the hosts',
  hosts: ({ hosts, control }: Cluster, { target }: Known): readonly Host[] =>
    target === undefined ? [...hosts, control] : hosts.filter(({ key }) => key === target),

  facts: (cluster: Cluster) => ({
    left: leftovers({
      units: places.UNITS,
      programs: places.PROGRAMS,
      mountsBelow: places.MOUNTS_BELOW,
      links: places.LINKS,
      pods: podsNetwork(cluster),
      firewalls: places.FIREWALLS,
      ruleMarks: places.RULE_MARKS,
      toolPath: places.TOOL_PATH,
      folders: places.FOLDERS,
      toolLinks: places.TOOL_LINKS,
      paths: places.PATHS,
    }),
  }),

  *plan({ cluster, facts: { left } }) {
    if (left === 'absent') return;
    for (const unit of left.units)
      yield { says: `stop and disable ${unit}`, run: { command: systemctl.disableNow(unit) } };
    if (left.programs) yield { says: 'kill the containers of k3s', run: { command: removal.killPrograms } };
    if (left.mounts) yield { says: 'unmount what k3s mounted', run: { command: removal.unmount } };
    if (left.network)
      yield {
        says: 'remove the network links of k3s',
        run: { command: removal.unplug(podsNetwork(cluster)) },
      };
    if (left.rules) yield { says: 'remove the firewall rules of k3s', run: { command: removal.removeRules } };
    if (left.files)
      yield { says: 'remove the files of k3s and edgectl', run: { command: removal.deleteFiles } };
  },
});
