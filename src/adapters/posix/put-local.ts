import { createHash } from 'node:crypto';
import { access, constants } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Upload } from '../../ports/shell.ts';
import type { LocalContent } from '../../ports/source.ts';
import { Problem } from '../../support/problem.ts';
import { piecesOf, readContent, sliceOf } from '../files/content.ts';
import { noSpace, partScript } from './part-script.ts';
import type { Start } from './program.ts';
import { APPEND_PART, PLACE_PART, PREPARE_PART } from './put-script.ts';
import type { Privilege } from './sudo.ts';

/** An upload whose content lies on this machine. */
export type LocalUpload = Upload & {
  readonly from: Extract<Upload['from'], { readonly local: LocalContent }>;
};

/** A faster way to write a part file from an offset, where the login user may write it; false when there is none. */
export type SendPart = (
  local: LocalContent,
  part: string,
  from: number,
  sent: (bytes: number) => void,
) => Promise<boolean>;

/** Bytes at the end of a part file that a killed parallel transfer may have left with holes. */
const HOLES = 4 * 1024 * 1024;

const STALLED_MS = 60_000;
const HASH_BYTES_PER_MS = 10_000;

const prefixDigest = async (local: LocalContent, bytes: number): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(readContent(sliceOf(local, 0, bytes)), hash);
  return hash.digest('hex');
};

const mustRead = (path: string, host: string): Promise<void> =>
  access(path, constants.R_OK).catch((cause: Error) => {
    throw new Problem('FILE_UNREADABLE', `${path}: ${cause.message}`, { host, cause });
  });

/** Tells how far what flows through it has come. It flows only when somebody reads, so nothing is lost before that. */
const counting = (from: number, progress: Upload['progress']): Transform => {
  let reached = from;
  return new Transform({
    highWaterMark: 1 << 20,
    transform(chunk: Buffer, _encoding, done) {
      reached += chunk.length;
      progress?.(reached);
      done(null, chunk);
    },
  });
};

/**
 * Writes a local file to a part file beside its target, continuing one of the same content that an earlier try left,
 * then verifies it on the host and renames it.
 */
export const putLocal = async (
  start: Start,
  { to, mode, root, from: { local, sha256 }, progress }: LocalUpload,
  privilege: Privilege,
  host: string,
  send: SendPart | undefined,
): Promise<void> => {
  const { size } = local;
  const slash = to.lastIndexOf('/') + 1;
  const part = `.${to.slice(slash)}.${sha256.slice(0, 12)}.edgectl-part`;
  // Hashing on a slow board takes its time too.
  const step = { host, to, size, withinMs: STALLED_MS + size / HASH_BYTES_PER_MS };

  const prepare = async (holes: string): Promise<number> => {
    const left = await partScript(start, privilege, { ...step, source: PREPARE_PART, words: [part, holes] });
    if (left.word !== 'have')
      throw new Problem('UPLOAD_FAILED', `${to}: the host's sh answered wrongly`, { host });
    if (left.bytes > size || (await prefixDigest(local, left.bytes)) !== left.sha256) return prepare('all');
    if (left.freeBytes < size - left.bytes) throw noSpace(host, to, left.freeBytes, size - left.bytes);
    return left.bytes;
  };
  for (const piece of piecesOf(local)) if ('path' in piece) await mustRead(piece.path, host);
  const at = await prepare(`${HOLES}`);
  progress?.(at);

  if (at < size) {
    const sent = await send?.(local, to.slice(0, slash) + part, at, (bytes) => progress?.(at + bytes));
    if (!sent) {
      const stream = counting(at, progress);
      const source = readContent(local, at);
      source.once('error', (error) => stream.destroy(error)).pipe(stream);
      const words = [part, `${at}`];
      await partScript(start, privilege, { ...step, size: size - at, source: APPEND_PART, words, stream });
    }
  }
  const words = [part, mode, root ? '0:0' : '', sha256];
  await partScript(start, privilege, { ...step, source: PLACE_PART, words });
};
