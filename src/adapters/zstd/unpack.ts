import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { LayerForm } from '../../ports/layer-reader.ts';
import type { LocalContent } from '../../ports/source.ts';
import { openContent, readContent } from '../files/content.ts';
import { zstdDecoded } from './decode.ts';

const packingOf = (first: Uint8Array): LayerForm => {
  const [a, b, c, d] = first;
  if (a === 0x1f && b === 0x8b) return 'gzip';
  const isFrame = a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd;
  const isSkipped = a !== undefined && a >> 4 === 5 && b === 0x2a && c === 0x4d && d === 0x18;
  return isFrame || isSkipped ? 'zstd' : 'none';
};

/** How a layer is packed, by how it begins: media types are sometimes wrong, and whoever runs images goes by this too. */
export const packing = async (content: LocalContent): Promise<LayerForm> => {
  const open = await openContent(content);
  const first = new Uint8Array(4);
  try {
    return packingOf(first.subarray(0, await open.read(first, 0)));
  } finally {
    await open.close();
  }
};

/** What gzip packed; an error of the source or of what it holds comes out of the last stream, which is the one that is read. */
export const gunzipped = (source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> =>
  pipeline(Readable.from(source, { objectMode: false }), createGunzip({ chunkSize: 1 << 18 }), () => {});

/**
 * What a layer is before it is packed; `progress` is told the bytes of the layer itself that were read. Throws an error
 * where it is damaged or cut off.
 */
export async function* unpacked(
  content: LocalContent,
  progress: (done: number) => void = () => {},
): AsyncGenerator<Uint8Array> {
  const how = await packing(content);
  let done = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of readContent(content)) {
      done += chunk.length;
      progress(done);
      yield chunk;
    }
  };
  if (how === 'gzip') yield* gunzipped(counted());
  else yield* how === 'zstd' ? zstdDecoded(counted()) : counted();
}
