import { performance } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { quoteAll } from '../../engine/command.ts';
import type { Line, Output } from '../../ports/shell.ts';
import { Problem } from '../../support/problem.ts';
import { ENVIRONMENT, type Start } from './program.ts';
import type { Privilege } from './sudo.ts';

// $1 is the time in seconds, the rest is the command. `timeout` ends what hangs on the host; our own clock only stops
// waiting for it. `exec` so that never a builtin runs and a signal is seen from here.
const RUN = `${ENVIRONMENT}
t=$1; shift
if command -v timeout >/dev/null 2>&1; then exec timeout -k 5 "$t" "$@"; fi
exec "$@"`;

/** What `timeout` says: that of coreutils, that of busybox, and either when it had to kill. */
export const TIMED_OUT: readonly number[] = [124, 143, 137];

/** Milliseconds after the limit in which the host itself should have ended a command. */
export const GRACE_MS = 10_000;

/** A command for a message: at most 100 characters of it, because scripts are long. */
const brief = (argv: readonly string[]): string => {
  const line = quoteAll(argv).replace(/\s+/g, ' ');
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
};

/** Runs one command with exactly its stdin. Throws COMMAND_TIMEOUT when it does not end in time. */
export const runLine = async (
  start: Start,
  { argv, stdin, bytes, withinMs }: Line,
  privilege: Privilege,
  host: string,
): Promise<Output> => {
  const seconds = Math.max(1, Math.ceil(withinMs / 1000));
  const began = performance.now();
  const { stdout, stderr, code } = await start({
    argv: [...privilege.prefix, 'sh', '-c', RUN, 'sh', `${seconds}`, ...argv],
    stdin: Buffer.concat([privilege.stdin, Buffer.from(stdin ?? '')]),
    // As a stream, because many hosts may get the same bytes.
    ...(bytes ? { stream: Readable.from([bytes]) } : {}),
    says: brief(argv),
    withinMs: seconds * 1000 + GRACE_MS,
  });
  // A command may end with these too, but not just when its time is over.
  if (TIMED_OUT.includes(code) && performance.now() - began >= seconds * 1000)
    throw new Problem('COMMAND_TIMEOUT', `${brief(argv)}: did not end within ${seconds} s`, { host });
  return { stdout: stdout.toString(), stderr: stderr.toString(), code };
};
