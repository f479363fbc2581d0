import { remove } from '../commands/rm.ts';
import * as systemctl from '../commands/systemctl.ts';
import { chronyServer, timesyncdSource } from '../commands/time-sync.ts';
import type { Known } from '../decisions/index.ts';
import type { File } from '../engine/change.ts';
import { definePhase } from '../engine/phase.ts';
import { container } from '../facts/detect-virt.ts';
import { fileState } from '../facts/file-state.ts';
import { unitState } from '../facts/systemctl.ts';
import type { Cluster, Host } from '../spec/cluster.ts';

const wanted = (
  { control, hosts }: Cluster,
  { duty }: Host,
): { readonly unit: string; readonly file: File } =>
  duty === 'control'
    ? { unit: 'chrony.service', file: chronyServer(hosts.map(({ address }) => address)) }
    : { unit: 'systemd-timesyncd.service', file: timesyncdSource(control.address) };

/** Keeps the clocks right: the boards' systemd-timesyncd asks the control node's chrony. What is not installed is left out. */
export const syncClock = definePhase({
  id: 'sync-clock',
  title: 'Keep clocks in step',

  hosts: ({ hosts, control }: Cluster, { time }: Known) =>
    time.server === undefined ? [] : [control, ...hosts],

  facts: (cluster: Cluster, host: Host) => {
    const { unit, file } = wanted(cluster, host);
    return { unit: unitState(unit), file: fileState(file), container };
  },

  *plan({ cluster, host, facts }) {
    if (facts.container === 'yes' || facts.unit === 'absent') return;
    if (facts.file === 'same' && facts.unit === 'running') return;
    const { unit, file } = wanted(cluster, host);
    if (facts.file !== 'same') {
      // Stopped first, so that a run killed half-way leaves a stopped unit, which the next plan sees.
      yield { says: `stop ${unit}`, run: { command: systemctl.stop(unit) } };
      yield {
        says: `write ${file.path}`,
        run: { file },
        ...(facts.file === 'absent' ? { undo: remove(file.path) } : {}),
      };
    }
    yield { says: `start ${unit}`, run: { command: systemctl.enableNow(unit) } };
  },
});
