import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { Problem } from '../../support/problem.ts';

/** A program of this machine. `hint` says how it comes there. */
export interface Program {
  readonly name: string;
  readonly hint: string;
}

const WITHIN_MS = 120_000;

/** No program gets an environment but PATH. */
const how = () =>
  ({ extendEnv: false, env: { PATH: process.env['PATH'], LC_ALL: 'C' }, reject: false }) as const;

const mustBeThere = ({ name, hint }: Program, ended: { readonly code?: string | undefined }): void => {
  if (ended.code === 'ENOENT') throw new Problem('TOOL_MISSING', `${name} is not on this machine`, { hint });
};

/**
 * Runs a program by words, for two minutes at most. Gives whether it succeeded, what it wrote to its stdout and to its
 * descriptor 3, `most` bytes each; throws TOOL_MISSING.
 */
export const askProgram = async (
  program: Program,
  words: readonly string[],
  most: number,
): Promise<{ readonly ok: boolean; readonly stdout: string; readonly status: string }> => {
  const ended = await execa(program.name, words, {
    ...how(),
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
    maxBuffer: most,
    stripFinalNewline: false,
    timeout: WITHIN_MS,
  });
  mustBeThere(program, ended);
  return { ok: !ended.failed, stdout: ended.stdout, status: ended.stdio[3] };
};

/** Runs a program that reads and writes files, however long it takes; throws TOOL_MISSING, and what it says when it fails. */
export const runProgram = async (program: Program, words: readonly string[]): Promise<void> => {
  const ended = await execa(program.name, words, { ...how(), stdin: 'ignore' });
  mustBeThere(program, ended);
  if (ended.failed) throw new Error(`${program.name}: ${ended.stderr || ended.shortMessage}`);
};

/** What a program makes of a stream, as it comes; throws the same. Whoever stops reading ends the program. */
export async function* throughProgram(
  program: Program,
  words: readonly string[],
  input: Readable,
): AsyncGenerator<Uint8Array> {
  const child = execa(program.name, words, {
    ...how(),
    input,
    encoding: 'buffer',
    buffer: { stdout: false, stderr: true },
  });
  try {
    yield* child.iterable({ binary: true });
  } finally {
    child.kill();
  }
  const ended = await child;
  mustBeThere(program, ended);
  if (ended.failed) throw new Error(Buffer.from(ended.stderr).toString().trim() || ended.shortMessage);
}
