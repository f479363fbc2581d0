import { createHash, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod';
import type { Progress } from '../../ports/bundles.ts';
import type { EncodedLayer, FetchedLayer, LayerEncoder } from '../../ports/layers.ts';
import { DigestText } from '../../spec/digest-text.ts';
import type { Digest } from '../../support/digest.ts';
import { Problem } from '../../support/problem.ts';
import { sizeOf } from '../files/content-cache.ts';
import { fileDigest } from '../files/file-digest.ts';
import { writeText } from '../files/write-content.ts';
import { ENCODER, zstdEncoded } from './encode.ts';
import { packing, unpacked } from './unpack.ts';

const Note = z.strictObject({ diffId: DigestText, digest: DigestText });

const noteIn = async (path: string) => {
  try {
    return Note.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
};

/** The machine failed, not the layer. */
const isOfMachine = (error: unknown): boolean => error instanceof Error && 'syscall' in error;

const digestIn = (hash: Hash): Digest => `sha256:${hash.digest('hex')}`;

async function* hashed(source: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    hash.update(chunk);
    yield chunk;
  }
}

/** Encodes a layer into a file, and gives the digests of its content and of the file. */
const encodeInto = async (path: string, { file }: FetchedLayer, progress: Progress) => {
  const [content, bytes] = [createHash('sha256'), createHash('sha256')];
  const source = hashed(
    unpacked(file, (done) => progress(done, file.size)),
    content,
  );
  await pipeline(hashed(zstdEncoded(source), bytes), createWriteStream(path));
  return { diffId: digestIn(content), digest: digestIn(bytes) };
};

/**
 * Packs layers in zstd into a folder of files by digest. A note beside them says what became of which layer with which
 * encoder, so that nothing is encoded twice.
 */
export const layerEncoder = (cache: string): LayerEncoder => {
  const place = (digest: string): string => join(cache, digest.replace(':', '-'));

  const known = async (note: string, diffId: string): Promise<EncodedLayer | undefined> => {
    const read = await noteIn(note);
    if (read?.diffId !== diffId) return undefined;
    const path = place(read.digest);
    const found = await fileDigest(path).catch(() => undefined);
    if (found !== read.digest) return undefined;
    return { digest: found, file: { path, size: await sizeOf(path) }, isNew: true };
  };

  return {
    name: ENCODER,
    async encode(layer, progress) {
      const { digest, diffId, file } = layer;
      if ((await packing(file)) === 'zstd') return { digest: digest as Digest, file, isNew: false };
      await mkdir(cache, { recursive: true, mode: 0o700 });
      const note = `${place(digest)}.${ENCODER}.json`;
      const before = await known(note, diffId);
      if (before) return before;
      const draft = `${note}.part`;
      try {
        const made = await encodeInto(draft, layer, progress).catch((error: unknown) => {
          if (isOfMachine(error)) throw error;
          throw new Problem('BLOB_CORRUPT', `the layer ${digest} cannot be unpacked`, { cause: error });
        });
        if (made.diffId !== diffId)
          throw new Problem(
            'BLOB_CORRUPT',
            `the layer ${digest} unpacks to ${made.diffId}, its image says ${diffId}`,
            { hint: 'whoever made the image has to mend it: nothing was used of this layer' },
          );
        const path = place(made.digest);
        await rename(draft, path);
        await writeText(note, JSON.stringify(made));
        return { digest: made.digest, file: { path, size: await sizeOf(path) }, isNew: true };
      } finally {
        await rm(draft, { force: true });
      }
    },
  };
};
