import { DEAD_END, DEFAULT_ROUTE_UNIT, defaultRouteUnit } from '../commands/default-route.ts';
import { remove } from '../commands/rm.ts';
import * as systemctl from '../commands/systemctl.ts';
import type { Known } from '../decisions/index.ts';
import { definePhase } from '../engine/phase.ts';
import { fileState } from '../facts/file-state.ts';
import { defaultRoute } from '../facts/ip.ts';
import { unitState } from '../facts/systemctl.ts';
import { type Cluster, nodes } from '../spec/cluster.ts';

/** Gives a default route to a host whose network has none, which k3s does not start without. */
export const setDefaultRoute = definePhase({
  id: 'set-default-route',
  title: 'Set default routes',
  hosts: (cluster: Cluster, _known: Known) => nodes(cluster),
  facts: () => ({
    route: defaultRoute,
    file: fileState(defaultRouteUnit),
    unit: unitState(DEFAULT_ROUTE_UNIT),
  }),

  *plan({ facts: { route, file, unit } }) {
    if (route !== 'absent' && route.device !== DEAD_END) return;
    if (route !== 'absent' && file === 'same' && unit === 'running') return;

    // Somebody may have taken the route from under a unit that still counts as started.
    if (unit !== 'absent')
      yield { says: `stop ${DEFAULT_ROUTE_UNIT}`, run: { command: systemctl.stop(DEFAULT_ROUTE_UNIT) } };
    if (file !== 'same')
      yield {
        says: `write ${defaultRouteUnit.path}`,
        run: { file: defaultRouteUnit },
        ...(file === 'absent' ? { undo: remove(defaultRouteUnit.path) } : {}),
      };
    yield {
      says: `start ${DEFAULT_ROUTE_UNIT}`,
      run: { command: systemctl.enableNow(DEFAULT_ROUTE_UNIT) },
      ...(unit === 'absent' ? { undo: systemctl.disableNow(DEFAULT_ROUTE_UNIT) } : {}),
    };
  },
});
