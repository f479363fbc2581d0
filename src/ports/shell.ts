import type { Duplex } from 'node:stream';
import type { LocalContent } from './source.ts';

/** A command with every place filled in: what really goes to the host. Never logged, never kept. */
export interface Line {
  readonly argv: readonly string[];
  readonly stdin?: string;
  /** Of a question: its stdin, in place of text. */
  readonly bytes?: Uint8Array;
  readonly root: boolean;
  readonly withinMs: number;
}

/** What a command left: its streams as UTF-8 text and its exit status (128 + n after signal n). */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** A program that lives as long as somebody talks with it, by lines. */
export interface Talk {
  say(line: string): void;
  /** Ends its stdin: it should end then. */
  end(): void;
  /** What it left, without the lines that were heard; rejects when the machine is lost. */
  readonly ended: Promise<Output>;
}

/** A file to place: `content` in memory, or `local`, what lies on this machine. */
export interface Upload {
  readonly to: string;
  /** Octal, `0600`: holds from the first byte. */
  readonly mode: string;
  readonly from: { readonly content: string } | { readonly local: LocalContent; readonly sha256: string };
  /** Owner root and a target that only root may write. */
  readonly root: boolean;
  /** Called with the bytes sent so far. */
  readonly progress?: (sent: number) => void;
}

/**
 * One connection to one machine, reused for everything. All methods throw a Problem with `host` when the machine
 * is lost, refuses or times out; a command's own failure is an `Output` with its code.
 */
export interface Shell {
  /**
   * Runs questions in order in as few round trips as possible, one after another on the host; none of them writes. Those with
   * `bytes` come last, each with a round trip of its own.
   */
  ask(lines: readonly Line[]): Promise<readonly Output[]>;
  run(line: Line): Promise<Output>;
  /** Starts a program to talk with; `hear` gets each line of its stdout. The line's own stdin is not used. */
  talk(line: Line, hear: (line: string) => void): Promise<Talk>;
  /** Makes the folder, writes beside the target, verifies, then renames; a local file resumes where an earlier try ended. */
  put(upload: Upload): Promise<void>;
  /** A byte stream to a TCP port as that machine sees it (`127.0.0.1:6443`). */
  dial(address: string, port: number): Promise<Duplex>;
  close(): Promise<void>;
}
