import type { File } from '../engine/change.ts';
import { asRoot, script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';
import { type Likeness, likeness } from './likeness.ts';

// $1 is the path, $2 the mode without its leading zero and the owner, as `stat` prints them. A link in the file's
// place is never "same": `stat` looks at the link itself.
const COMPARE = `[ -e "$1" ] || [ -L "$1" ] || { echo absent; exit; }
[ "$(stat -c '%a %u' "$1")" = "$2 0" ] && cmp -s - "$1" && echo same || echo different`;

/**
 * Whether a file is as wanted: content, mode, and root as its owner. The wanted content goes to the host on stdin and
 * is compared there, so a file that holds secrets is checked in full and no secret comes back.
 */
export const fileState = (file: File): Fact<Likeness> => ({
  name: 'file-state',
  ask: { ...asRoot(script(COMPARE, file.path, file.mode.slice(1))), stdin: file.content },
  parse: likeness,
});
