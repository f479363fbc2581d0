import { cmd } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

const GO_NAMES: Readonly<Record<string, 'amd64' | 'arm64'>> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  arm64: 'arm64',
};

/** What the kernel runs on: an architecture that edgectl supports, else `uname`'s own word in `other`. */
export type Architecture = { readonly arch: 'amd64' | 'arm64' } | { readonly other: string };

/** The machine's architecture, as the kernel sees it. */
export const architecture: Fact<Architecture | 'absent'> = {
  name: 'architecture',
  ask: cmd('uname', '-m'),
  parse: (output) => {
    const word = output.trim();
    if (!/^[\w-]+$/.test(word)) return 'absent';
    const arch = Object.hasOwn(GO_NAMES, word) ? GO_NAMES[word] : undefined;
    return arch ? { arch } : { other: word };
  },
};
