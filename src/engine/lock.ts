import type { Host } from '../spec/cluster.ts';
import { Problem } from '../support/problem.ts';
import { asRoot, script } from './command.ts';
import type { Tell } from './event.ts';
import type { World } from './world.ts';

/** Who holds a host: enough to tell people, and to know whether that process still lives. */
export interface Holder {
  /** `user@machine` */
  readonly operator: string;
  readonly machineId: string;
  readonly bootId: string;
  readonly pid: number;
  /** The process's start time in clock ticks since boot: a pid alone may be somebody else's by now. */
  readonly started: string;
  readonly run: string;
  /** ISO 8601 */
  readonly at: string;
}

const FOLDER = '/run/edgectl.lock';

// What a run had sent when its network, or it itself, was gone may still arrive, half a minute later: a file over the one that the
// next run wrote. So a lock knows the connection that it was taken by, and who takes it over ends that, and waits a moment for
// what had come through it. $1 is the folder.
const HANG_UP = `hang_up() {
  [ -f "$1/session" ] && read -r pid start < "$1/session" || return 0
  set -- $(cat "/proc/$pid/stat" 2>/dev/null)
  case $2 in '(sshd'*) [ "\${22}" = "$start" ] || return 0 ;; *) return 0 ;; esac
  below=$(ps -e -o pid= -o ppid= | awk -v of="$pid" '$2 == of { print $1 }')
  kill "$pid"
  for round in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
    alive=
    for one in $below; do [ ! -d "/proc/$one" ] || alive=yes; done
    [ -n "$alive" ] || return 0
    sleep 0.2
  done
}`;

// $1 is the folder, $2 the holder that is taken over or empty, $3 is "local" where no connection of edgectl's leads: an operator's own
// login is not one. The new holder comes on stdin.
const TAKE = `umask 022
${HANG_UP}
session() {
  pid=$$
  while [ "\${pid:-1}" -gt 1 ]; do
    set -- $(cat "/proc/$pid/stat" 2>/dev/null)
    case $2 in '(sshd'*) echo "$pid \${22}"; return ;; esac
    pid=$4
  done
}
if [ -n "$2" ] && [ "$(cat "$1/holder" 2>/dev/null)" = "$2" ]; then hang_up "$1"; rm -rf "$1"; fi
if mkdir "$1" 2>/dev/null; then
  [ "$3" = local ] || session > "$1/session"
  cat > "$1/holder" && echo taken
else cat "$1/holder" 2>/dev/null || echo unknown; fi`;

const RELEASE = `[ "$(cat "$1/holder" 2>/dev/null)" = "$2" ] && rm -rf "$1"; true`;
const LOOK = `[ -d "$1" ] || exit 0; cat "$1/holder" 2>/dev/null || echo unknown`;

const take = (holder: Holder, over: string, { local }: Host) =>
  asRoot({ ...script(TAKE, FOLDER, over, local ? 'local' : 'remote'), stdin: [JSON.stringify(holder)] });

const parse = (output: string): Holder | undefined => {
  try {
    return JSON.parse(output) as Holder;
  } catch {
    return undefined;
  }
};

/** One line about a holder, for people. */
export const showHolder = (holder: Holder | undefined): string =>
  holder
    ? `${holder.operator} (run ${holder.run}, pid ${holder.pid}, since ${holder.at})`
    : 'an unknown holder';

/** Who holds a host now: undefined when it is free. */
export const lockOf = async (
  world: Pick<World, 'ask'>,
  host: Host,
): Promise<{ holder: Holder | undefined } | undefined> => {
  const [output = ''] = await world.ask(host, [asRoot(script(LOOK, FOLDER))]);
  return output.trim() === '' ? undefined : { holder: parse(output) };
};

/** Frees a host, whoever holds it, and ends that one's connection: `edgectl unlock`. */
export const breakLock = asRoot(script(`${HANG_UP}\nhang_up "$1"\nrm -rf "$1"`, FOLDER));

/**
 * Locks hosts one after another in the order given. A holder whose process is gone is taken over with a line that
 * says so; any other stops with LOCKED, and what was locked before is free again.
 */
export const withLocks = async <T>(
  of: {
    readonly world: Pick<World, 'ask'>;
    readonly hosts: readonly Host[];
    readonly holder: Holder;
    readonly isGone: (holder: Holder) => boolean;
    readonly nameOf: (host: Host) => string;
    readonly tell: Tell;
  },
  work: () => Promise<T>,
): Promise<T> => {
  const { world, holder, nameOf, tell } = of;
  const locked: Host[] = [];
  const mine = JSON.stringify(holder);
  const lock = async (host: Host, over = ''): Promise<void> => {
    const [output = ''] = await world.ask(host, [take(holder, over, host)]);
    const answer = output.trim();
    if (answer === 'taken') {
      tell({ type: 'lock-taken', host: nameOf(host), ...(over ? { over: showHolder(parse(over)) } : {}) });
      return;
    }
    const other = parse(answer);
    if (other && over === '' && of.isGone(other)) return lock(host, answer);
    throw new Problem('LOCKED', `locked by ${showHolder(other)}`, {
      host: nameOf(host),
      hint: 'wait for that run to end; if its machine is gone for good, run `edgectl unlock`',
    });
  };
  try {
    for (const host of of.hosts) {
      await lock(host);
      locked.push(host);
    }
    return await work();
  } finally {
    // A host that cannot be reached any more keeps its lock; the next run from here takes it over.
    await Promise.all(
      locked.map((host) => world.ask(host, [asRoot(script(RELEASE, FOLDER, mine))]).catch(() => [])),
    );
  }
};
