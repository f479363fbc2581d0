import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { LayerForm } from '../../ports/layers.ts';
import type { LocalContent } from '../../ports/source.ts';
import { openContent, readContent } from '../files/content.ts';

const AT_ONCE = 1 << 18;

/** As containers tell forms apart: by the first bytes, whatever the manifest says. */
const formOf = async (layer: LocalContent): Promise<LayerForm> => {
  const open = await openContent(layer);
  const first = Buffer.alloc(4);
  await open.read(first, 0).finally(() => open.close());
  if (first.readUInt16BE(0) === 0x1f8b) return 'gzip';
  const magic = first.readUInt32LE(0);
  return magic === 0xfd2fb528 || (magic & 0xfffffff0) >>> 0 === 0x184d2a50 ? 'zstd' : 'tar';
};

type Stage = (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/**
 * Reads a layer as the tar stream that it is uncompressed, chunk by chunk, until `take` says false or it ends. `progress` is told the
 * bytes that were read of the layer itself. Throws a plain error where it is damaged or cut off.
 */
export const readLayer = async (
  layer: LocalContent,
  take: (chunk: Uint8Array) => boolean,
  progress: (done: number) => void = () => {},
): Promise<LayerForm> => {
  const form = await formOf(layer);
  let done = 0;
  const counted: Stage = async function* (chunks) {
    for await (const chunk of chunks) {
      yield chunk;
      done += chunk.length;
      progress(done);
    }
  };
  let enough = false;
  const taken = async (chunks: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const chunk of chunks) {
      enough = !take(chunk);
      if (enough) return;
    }
  };
  if (form === 'zstd') throw new Error('it is compressed by zstd');
  const source = readContent(layer);
  const read =
    form === 'gzip'
      ? pipeline(source, counted, createGunzip({ chunkSize: AT_ONCE }), taken)
      : pipeline(source, counted, taken);
  await read.catch((error: unknown) => {
    // Whoever has enough breaks the stream off, which is no fault of the layer.
    if (!enough) throw error;
  });
  return form;
};
