import { remove } from '../commands/rm.ts';
import type { Known } from '../decisions/index.ts';
import { definePhase } from '../engine/phase.ts';
import { bundlesSeen } from '../facts/bundles-seen.ts';
import type { Cluster, Host } from '../spec/cluster.ts';
import { BUNDLES_SEEN, seenText } from '../support/bundles-seen.ts';

/**
 * Writes down on every machine which bundle it gets, so that no older one is taken for it later. Before anything of it is
 * placed: a run that is cut off in between has left its mark.
 */
export const noteBundle = definePhase({
  id: 'note-bundle',
  title: 'Note the bundle',
  hosts: ({ hosts, control }: Cluster, _known: Known): readonly Host[] => [...hosts, control],
  facts: () => ({ seen: bundlesSeen }),

  *plan({ facts: { seen }, known: { bundle } }) {
    if (!bundle?.mark) return;
    const { name, serial, digest } = bundle.mark;
    const wanted = seenText({ ...seen, [name]: { serial, digest } });
    if (wanted === seenText(seen)) return;
    yield {
      says: `note bundle ${name}, serial ${serial}`,
      run: { file: { path: BUNDLES_SEEN, mode: '0600', content: [wanted] } },
      ...(Object.keys(seen).length === 0 ? { undo: remove(BUNDLES_SEEN) } : {}),
    };
  },
});
