import { cmd } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** The distribution: `debian` `12`, `ubuntu` `22.04`; `version` is '' for a rolling one. */
export interface OsRelease {
  readonly id: string;
  readonly version: string;
}

/** Which distribution the machine runs, by its `/etc/os-release`. */
export const osRelease: Fact<OsRelease | 'absent'> = {
  name: 'os-release',
  ask: cmd('cat', '/etc/os-release'),
  parse: (output) => {
    const wordOf = (key: string): string | undefined =>
      new RegExp(`^${key}=["']?([\\w.-]*)["']?\\s*$`, 'm').exec(output)?.[1];
    const id = wordOf('ID');
    return id ? { id, version: wordOf('VERSION_ID') ?? '' } : 'absent';
  },
};
