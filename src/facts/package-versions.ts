import { cmd } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** The versions of those of these Debian packages that are wholly installed, by name; absent where none is, or no dpkg. */
export const packageVersions = (
  ...names: readonly string[]
): Fact<Readonly<Record<string, string>> | 'absent'> => ({
  name: 'package-versions',
  ask: cmd('dpkg-query', '-W', '-f', '${db:Status-Abbrev} ${Package} ${Version}\\n', ...names),
  parse: (output) => {
    const found = [...output.matchAll(/^[hi]i {1,2}([a-z0-9][a-z0-9+.-]*) ([0-9][0-9A-Za-z.+~:-]*)$/gm)];
    return found.length > 0
      ? Object.fromEntries(found.map(([, name = '', version = '']) => [name, version]))
      : 'absent';
  },
});
