import { remove } from '../commands/rm.ts';
import type { Known } from '../decisions/index.ts';
import type { File } from '../engine/change.ts';
import { definePhase } from '../engine/phase.ts';
import { fileState } from '../facts/file-state.ts';
import { keptFolder } from '../facts/kept-state.ts';
import type { Cluster, Host } from '../spec/cluster.ts';

/** JSON with the keys of every object in order, so that the same decisions make the same file. */
const ordered = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, ordered(inner)]));
};

/** What is known of each host, without the one that is about to leave the cluster. */
const staying = <T>(byHost: Readonly<Record<string, T>>, { target }: Known): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(byHost).filter(([key]) => key !== target));

// Why somebody was elected or warned of is true of one run only; its journal has it.
const decisionsFile = (cluster: Cluster, known: Known): File => {
  const { names, admitted, arch, accelerators, release, time, network, election, stolen = [] } = known;
  const kept = {
    version: cluster.k3s.version,
    names: staying(names, known),
    ...(admitted ? { admitted: { hosts: staying(admitted.hosts, known), said: [] } } : {}),
    arch: staying(arch, known),
    ...(accelerators ? { accelerators: staying(accelerators, known) } : {}),
    release,
    time,
    network: { ...network, ...(network.devices ? { devices: staying(network.devices, known) } : {}) },
    election: { masters: election.masters, reasons: {} },
    ...(stolen.length > 0 ? { stolen } : {}),
  };
  return {
    path: `${keptFolder(cluster.name)}/decisions.json`,
    mode: '0600',
    content: [`${JSON.stringify(ordered(kept), null, 2)}\n`],
  };
};

/** Keeps what was decided on the control node, where a later run finds it: what was decided once is not decided again. */
export const keepDecisions = definePhase({
  id: 'keep-decisions',
  title: 'Keep the decisions',
  hosts: ({ control }: Cluster, _known: Known) => [control],
  facts: (cluster: Cluster, _host: Host, known: Known) => ({
    file: fileState(decisionsFile(cluster, known)),
  }),

  *plan({ cluster, facts, known }) {
    if (facts.file === 'same') return;
    const file = decisionsFile(cluster, known);
    yield {
      says: 'keep the decisions',
      run: { file },
      ...(facts.file === 'absent' ? { undo: remove(file.path) } : {}),
    };
  },
});
