import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { LocalFile } from '../../ports/source.ts';
import { Problem } from '../../support/problem.ts';
import { fileDigest } from './file-digest.ts';

/** Content that is known by its digest. `from` names its source in messages; sizes are bytes. */
export interface Wanted {
  readonly digest: string;
  readonly from: string;
  /** Its size, where somebody has told it: content of another one is refused. */
  readonly size?: number | undefined;
  /** A source may send no more than that. */
  readonly atMost?: number | undefined;
}

/**
 * Opens a source at byte `have`. `appends`: it goes on there; otherwise it starts over. Undefined: nothing is left to
 * send.
 */
export type Open = (
  have: number,
) => Promise<{ readonly appends: boolean; readonly body: Readable } | undefined>;

/** Files by their digest. */
export interface ContentCache {
  /** How many bytes of it are here, whole or not. */
  have(digest: string): Promise<number>;
  /**
   * The file, from the cache or from its source; what an interrupted try left is gone on with. Throws BLOB_CORRUPT, and
   * whatever its source throws.
   */
  get(wanted: Wanted, open: Open): Promise<LocalFile>;
}

/** The size of a file in bytes; 0 when it is not there. */
export const sizeOf = async (path: string): Promise<number> =>
  (await stat(path).catch(() => undefined))?.size ?? 0;

/** The file when it is what was wanted; throws BLOB_CORRUPT. */
export const verified = async (path: string, { from, digest, size }: Wanted): Promise<LocalFile> => {
  const found = await fileDigest(path);
  const bytes = await sizeOf(path);
  const wrong =
    found !== digest
      ? `has the digest ${found}, its publisher says ${digest}`
      : size !== undefined && bytes !== size
        ? `has ${bytes} bytes, its publisher says ${size}`
        : undefined;
  if (wrong === undefined) return { path, size: bytes };
  throw new Problem('BLOB_CORRUPT', `${from} ${wrong}`, {
    hint: 'the file or the checksum that was published for it is damaged: nothing was used of it',
  });
};

const download = async (part: string, { from, size, atMost = size }: Wanted, open: Open): Promise<void> => {
  const have = await sizeOf(part);
  const source = await open(have);
  if (!source) return;
  let done = source.appends ? have : 0;
  const counted = async function* (body: AsyncIterable<Buffer>) {
    for await (const piece of body) {
      done += piece.length;
      if (atMost !== undefined && done > atMost)
        throw new Problem('BLOB_CORRUPT', `${from} sends more than ${atMost} bytes`, {
          hint: 'nothing was used of it',
        });
      yield piece;
    }
  };
  await pipeline(source.body, counted, createWriteStream(part, { flags: source.appends ? 'a' : 'w' }));
};

/** A cache in a folder, where files lie under their digest, so that a second cluster or a second run fetches nothing. */
export const contentCache = (folder: string): ContentCache => {
  const place = (digest: string): string => join(folder, digest.replace(':', '-'));

  const fresh = async (wanted: Wanted, open: Open): Promise<LocalFile> => {
    const target = place(wanted.digest);
    const part = `${target}.part`;
    const resumed = (await sizeOf(part)) > 0;
    try {
      await download(part, wanted, open);
      const { size } = await verified(part, wanted);
      await rename(part, target);
      return { path: target, size };
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'BLOB_CORRUPT') throw error;
      await rm(part, { force: true });
      // What an earlier try left may be what is wrong.
      if (resumed) return fresh(wanted, open);
      throw error;
    }
  };

  return {
    async have(digest) {
      return (await sizeOf(place(digest))) || (await sizeOf(`${place(digest)}.part`));
    },
    async get(wanted, open) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const target = place(wanted.digest);
      if ((await sizeOf(target)) === 0) return fresh(wanted, open);
      return verified(target, wanted).catch(() => fresh(wanted, open));
    },
  };
};
