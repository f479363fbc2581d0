import type { File } from '../engine/change.ts';
import { script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

// $1 is the path, $2 the mode as `stat` prints it, $3 the first line of a file that edgectl wrote.
const COMPARE = `[ -e "$1" ] || [ -L "$1" ] || { echo absent; exit; }
[ "$(head -n 1 "$1")" = "$3" ] || { echo foreign; exit; }
[ "$(stat -c %a "$1")" = "$2" ] && cmp -s - "$1" && echo same || echo different`;

/**
 * Whether a file in the operator's own folders is as wanted, content and mode; `foreign` when it does not begin with
 * `header`, the first line of what edgectl writes there. It is compared where it is, like a host's file, but without root.
 */
export const ownFileState = (
  file: File,
  header: string,
): Fact<'same' | 'different' | 'foreign' | 'absent'> => ({
  name: 'own-file-state',
  ask: { ...script(COMPARE, file.path, file.mode.slice(1), header), stdin: file.content },
  parse: (output) => {
    const word = output.trim();
    return word === 'same' || word === 'different' || word === 'foreign' ? word : 'absent';
  },
});
