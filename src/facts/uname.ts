import { cmd } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';
import { type Arch, archOf } from '../support/arch.ts';

/** What the kernel runs on: an architecture that edgectl supports, else `uname`'s own word in `other`. */
export type Architecture = { readonly arch: Arch } | { readonly other: string };

/** The machine's architecture, as the kernel sees it. */
export const architecture: Fact<Architecture | 'absent'> = {
  name: 'architecture',
  ask: cmd('uname', '-m'),
  parse: (output) => {
    const word = output.trim();
    if (!/^[\w-]+$/.test(word)) return 'absent';
    const arch = archOf(word);
    return arch ? { arch } : { other: word };
  },
};
