import { asRoot, cmd, script } from '../engine/command.ts';
import type { Probe } from '../engine/fact.ts';
import type { Condition } from '../engine/phase.ts';
import { APART } from '../support/apt-apart.ts';

/** A package with its version. */
export interface Versioned {
  readonly name: string;
  readonly version: string;
}

/**
 * What apt would do to install packages: nothing where they are there. `unknown` are the packages that nobody has, `refuses` is
 * what apt says where it cannot.
 */
export interface AptSays {
  readonly installs: readonly Versioned[];
  /** Unpacked by an installation that was cut off. */
  readonly configures: readonly string[];
  readonly removes: readonly string[];
  readonly unknown: readonly string[];
  readonly refuses: readonly string[];
}

// $1 is the run, the others are the packages. The index is on stdin.
const TRY = `command -v apt-get >/dev/null && command -v dpkg >/dev/null || exit
${APART}
dir=/run/edgectl-$1-apt
shift
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
{ apart "$dir" && apt-get -q -s install "$@" </dev/null 2>&1; } || echo "failed $?"
echo end`;

const NOBODY = /^E: (?:Unable to locate package (\S+)|Package '(\S+)' has no installation candidate)$/;
const without = (name: string): string => name.replace(/:[a-z0-9-]+$/, '');

const names = (output: string, what: 'Conf' | 'Remv'): readonly string[] =>
  [...output.matchAll(new RegExp(`^${what} (\\S+)`, 'gm'))].map(([, name = '']) => without(name));

/**
 * What apt's own resolver says to installing packages out of an index, with what the machine has. It simulates in an apt apart,
 * whose settings are files: hence a probe.
 */
export const aptSays = (packages: readonly string[], index: string): Probe<AptSays | 'absent'> => ({
  name: 'apt-says',
  ask: (run) => ({ ...asRoot(script(TRY, run, ...packages)), stdin: [index] }),
  sweep: asRoot(cmd('sh', '-c', 'rm -rf /run/edgectl-*-apt')),
  parse: (output) => {
    if (!/(^|\n)end\n?$/.test(output)) return 'absent';
    const installs = [...output.matchAll(/^Inst (\S+) (?:\[[^\]]*\] )?\((\S+) /gm)].map(
      ([, name = '', version = '']) => ({ name: without(name), version }),
    );
    const errors = output.split('\n').filter((line) => /^E: | : \S/.test(line));
    const unknown = errors.flatMap((line) => {
      const [, one, other] = NOBODY.exec(line) ?? [];
      return one ?? other ?? [];
    });
    // What fails without a word must not look as if there were nothing to do.
    const [, status] = /^failed (\d+)$/m.exec(output) ?? [];
    if (status !== undefined && errors.length === 0) errors.push(`it ended with ${status}`);
    return {
      installs,
      configures: names(output, 'Conf').filter((name) => !installs.some((one) => one.name === name)),
      removes: names(output, 'Remv'),
      unknown: unknown.map(without),
      refuses: errors.filter((line) => !NOBODY.test(line)).map((line) => line.replace(/^E: /, '').trim()),
    };
  },
});

// Locks of fcntl(2), which no flock(1) sees: the kernel lists who has which by the file's number, which others may have, too.
const HELD = `for lock in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock; do
  [ -e "$lock" ] || continue
  for pid in $(awk -v end=":$(stat -c %i "$lock")" 'substr($6, length($6) - length(end) + 1) == end { print $5 }' /proc/locks); do
    ls -l "/proc/$pid/fd" 2>/dev/null | grep -qF " -> $lock" && { echo held; exit; }
  done
done
echo free`;

/** Nobody else installs packages on the host: what a board does by itself after its start may take a quarter of an hour. */
export const packagesFree: Condition = {
  says: 'no other program installs packages',
  ask: asRoot(script(HELD)),
  every: 3,
  within: 1200,
  judge: (output) => (output.trim() === 'free' ? 'ok' : 'not yet'),
  hint: 'something else installs packages there, or hangs while it does: fuser -v /var/lib/dpkg/lock-frontend',
};
