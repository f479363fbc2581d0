import type { Readable } from 'node:stream';
import { Problem } from '../../support/problem.ts';
import type { Start } from './program.ts';
import { readVerdict, type Verdict } from './put-script.ts';
import type { Privilege } from './sudo.ts';

/** One step of an upload: a script with its words after the target, and what it reads. */
export interface Step {
  readonly host: string;
  readonly to: string;
  /** Bytes that the file still needs, for the message when there is no space. */
  readonly size: number;
  readonly source: string;
  readonly words: readonly string[];
  readonly stdin?: Buffer;
  readonly stream?: Readable;
  readonly withinMs: number;
}

/** `sh: 1: cannot create /ro/x: Read-only file system` → `Read-only file system`. */
const reasonOf = (stderr: string): string => {
  const line = stderr.trimEnd().split('\n').at(-1) ?? '';
  return line.slice(line.lastIndexOf(': ') + 1).trim() || 'the host did not say why';
};

/** NO_SPACE for a file. */
export const noSpace = (host: string, to: string, freeBytes: number, neededBytes: number): Problem =>
  new Problem('NO_SPACE', `${to}: ${neededBytes} bytes needed, ${freeBytes} bytes free`, {
    host,
    hint: 'Free space on that file system and run the command again.',
  });

/** Runs one step. Throws NO_SPACE, BLOB_CORRUPT or UPLOAD_FAILED with the host's reason. */
export const partScript = async (start: Start, privilege: Privilege, step: Step): Promise<Verdict> => {
  const { host, to, size, source, words, stdin, stream, withinMs } = step;
  const ended = await start({
    argv: [...privilege.prefix, 'sh', '-c', source, 'sh', to, ...words],
    stdin: Buffer.concat([privilege.stdin, stdin ?? Buffer.alloc(0)]),
    ...(stream ? { stream } : {}),
    says: `writing ${to}`,
    withinMs,
  });
  const verdict = readVerdict(ended.stdout.toString());
  const stderr = ended.stderr.toString();
  if (verdict?.word === 'corrupt')
    throw new Problem('BLOB_CORRUPT', `${to}: arrived with sha256 ${verdict.sha256}`, { host });
  if (verdict === undefined || verdict.word === 'failed') {
    if (/No space left on device|Disk quota exceeded/.test(stderr))
      throw noSpace(host, to, verdict?.freeBytes ?? 0, size);
    throw new Problem('UPLOAD_FAILED', `${to}: ${reasonOf(stderr)}`, { host });
  }
  return verdict;
};
