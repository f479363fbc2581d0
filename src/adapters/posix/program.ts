import type { Readable } from 'node:stream';

/** A program to start on a machine, and the exact bytes of its stdin: first `stdin`, then `stream`, then end of file. */
export interface Program {
  readonly argv: readonly string[];
  readonly stdin?: Buffer;
  readonly stream?: Readable;
  /** Gets stdout as it comes, in place of its being kept to the end. */
  readonly onStdout?: (chunk: Buffer) => void;
  /** What it is, for the message when it hangs; shown to people, so without secrets. */
  readonly says: string;
  /** Milliseconds without an end, or for a stream without progress, after which it counts as hung. */
  readonly withinMs: number;
}

/** What a program left, and its exit status: 128 + n after signal n. */
export interface Ended {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly code: number;
}

/** Runs one program to its end. Throws a Problem when the machine is lost or the program hangs. */
export type Start = (program: Program) => Promise<Ended>;

/** Every command sees this environment and no locale, so that its words can be read. */
export const ENVIRONMENT =
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C; export PATH LC_ALL';
