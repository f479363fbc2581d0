import { asRoot, script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';
import { PLACED, STAMP } from '../support/placed-list.ts';
import { type Likeness, likeness } from './likeness.ts';

/** What should be where: `list` is the node's own list of verified content, `stamp` the format of its entries. */
export interface Placement {
  readonly path: string;
  readonly sha256: string;
  readonly list: string;
  readonly stamp: string;
}

// The list is checked, not believed: only a file that nobody touched since it was verified is spared the hashing.
const COMPARE = `[ -f "$1" ] || { echo absent; exit; }
entry="$2 $(stat -c "$4" "$1") $1"
grep -qsxF "$entry" "$3" || echo "$2  $1" | sha256sum -c --status && echo same || echo different`;

/** Whether a big file has the content that it should have. */
export const placed = ({ path, sha256, list, stamp }: Placement): Fact<Likeness> => ({
  name: 'placed',
  ask: asRoot(script(COMPARE, path, sha256, list, stamp)),
  parse: likeness,
});

/** The same of a file of the release, by the list that every node has. */
export const placedFile = (path: string, { sha256 }: Pick<Placement, 'sha256'>): ReturnType<typeof placed> =>
  placed({ path, sha256, list: PLACED, stamp: STAMP });
