import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { MadePart, Meter, Patcher, PatchSide } from '../../ports/patcher.ts';
import type { LocalContent, LocalFile } from '../../ports/source.ts';
import { bytes } from '../../support/bytes.ts';
import { Problem } from '../../support/problem.ts';
import { openContent, readContent, sliceOf } from '../files/content.ts';
import { sizeOf } from '../files/content-cache.ts';
import { fileDigest } from '../files/file-digest.ts';
import { zstdEncoded } from './encode.ts';
import { applyPatch, makePatch } from './program.ts';
import { unpacked } from './unpack.ts';

const refuseFull =
  (path: string) =>
  (error: unknown): never => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    throw new Problem('NO_SPACE', `${path}: no space is left for what a delta needs meanwhile`, {
      hint: 'free space there, or name another place with -o',
      cause: error,
    });
  };

const save = async (source: AsyncIterable<Uint8Array>, path: string): Promise<LocalFile> => {
  await pipeline(source, createWriteStream(path)).catch(refuseFull(path));
  return { path, size: await sizeOf(path) };
};

const AT_ONCE = 1 << 20;

/** Copies through one buffer: buffers of streams, until they are collected, would count beside the program's memory. */
const saveSlice = async (content: LocalContent, from: number, length: number, path: string) => {
  const source = await openContent(content);
  const file = await open(path, 'w').catch(refuseFull(path));
  const buffer = new Uint8Array(Math.min(AT_ONCE, length));
  try {
    for (let done = 0; done < length; ) {
      const have = await source.read(buffer.subarray(0, length - done), from + done);
      if (have === 0) throw new Error('the old content became shorter');
      await file.writeFile(buffer.subarray(0, have)).catch(refuseFull(path));
      done += have;
    }
  } finally {
    await file.close();
    await source.close();
  }
  return path;
};

/** Patches by the program zstd. What is needed meanwhile lies in a folder below `folder`: the file systems there have room. */
export const zstdPatcher = (folder: string): Patcher => {
  let made: Promise<string> | undefined;
  let count = 0;
  const scratch = async (name: string): Promise<string> => {
    made ??= mkdir(folder, { recursive: true }).then(() => mkdtemp(join(folder, '.edgectl-delta-')));
    return join(await made, name);
  };

  /** The content itself, at places that can be read: unpacked into a file where it is packed. */
  const flat = async (
    { content, packed, name }: PatchSide,
    as: string,
    meter: Meter,
  ): Promise<LocalContent> => {
    if (!packed) return content;
    const progress = meter(`unpack ${name}`);
    const source = unpacked(content, (done) => progress(done, content.size));
    return save(source, await scratch(as)).catch((error: unknown) => {
      if (error instanceof Problem) throw error;
      throw new Problem('BLOB_CORRUPT', `${name} cannot be unpacked`, { cause: error });
    });
  };
  const regionOf = async (content: LocalContent, from: number, length: number): Promise<string> =>
    saveSlice(content, from, length, await scratch('region'));

  return {
    async make(before, next, divide, meter) {
      const [old, content] = [await flat(before, 'before', meter), await flat(next, 'next', meter)];
      const progress = meter(`compare ${next.name}`);
      const parts: MadePart[] = [];
      let done = 0;
      for (const segment of divide(content.size, old.size)) {
        const region = await regionOf(old, segment.from, segment.length);
        const part = await save(readContent(sliceOf(content, done, segment.makes)), await scratch('segment'));
        const path = await scratch(`part-${++count}`);
        await makePatch(region, part.path, path);
        const file = { path, size: await sizeOf(path) };
        parts.push({ ...segment, digest: await fileDigest(path), size: file.size, file });
        done += segment.makes;
        progress(done, content.size);
      }
      await rm(await scratch('next'), { force: true });
      await rm(await scratch('before'), { force: true });
      return parts;
    },

    async apply(before, parts, meter) {
      const old = await flat(before, 'before', meter);
      const progress = meter(`make ${before.name}`);
      const total = parts.reduce((sum, { makes }) => sum + makes, 0);
      async function* patched(): AsyncGenerator<Uint8Array> {
        let done = 0;
        for (const [index, { makes, from, length, content }] of parts.entries())
          try {
            const region = await regionOf(old, from, length);
            for await (const chunk of applyPatch(region, content, makes)) {
              done += chunk.length;
              progress(done, total);
              yield chunk;
            }
          } catch (error) {
            if (error instanceof Problem) throw error;
            const why = error instanceof Error ? error.message : String(error);
            throw new Problem(
              'BUNDLE_INVALID',
              `segment ${index + 1} of ${before.name} (${bytes(content.size)}) cannot be applied: ${why}`,
              { cause: error },
            );
          }
      }
      const hash = createHash('sha256');
      async function* hashed(): AsyncGenerator<Uint8Array> {
        for await (const chunk of before.packed ? zstdEncoded(patched()) : patched()) {
          hash.update(chunk);
          yield chunk;
        }
      }
      const file = await save(hashed(), await scratch(`made-${++count}`));
      await rm(await scratch('before'), { force: true });
      return { digest: `sha256:${hash.digest('hex')}`, file };
    },

    async close() {
      if (made) await rm(await made, { recursive: true, force: true });
    },
  };
};
