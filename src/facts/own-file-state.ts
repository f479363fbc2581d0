import type { File } from '../engine/change.ts';
import { script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

const COMPARE = `[ -e "$1" ] || [ -L "$1" ] || { echo absent; exit; }
[ "$(stat -c %a "$1")" = "$2" ] && cmp -s - "$1" && echo same || echo different`;

/**
 * Whether a file of the operator's own is as wanted, content and mode. It is compared where it is, like a host's file, but
 * without root.
 */
export const ownFileState = (file: File): Fact<'same' | 'different' | 'absent'> => ({
  name: 'own-file-state',
  ask: { ...script(COMPARE, file.path, file.mode.slice(1)), stdin: file.content },
  parse: (output) => {
    const word = output.trim();
    return word === 'same' || word === 'different' ? word : 'absent';
  },
});
