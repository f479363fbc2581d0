import type { Zstd } from '@hpcc-js/wasm-zstd';

/** Names what the bytes of an encoded layer come from: another library or level makes others of the same content. */
export const ENCODER = 'hpcc-js-wasm-zstd-1.12.5-level-3';

const LEVEL = 3;
// The bytes depend on how the content is cut before it is encoded.
const PIECE = 1 << 20;

/** How the library gives memory of WebAssembly back; its own way makes a list of numbers of it, and costs 4 × the time. */
interface Heap {
  heapView(at: unknown): Uint8Array;
  heapToUint8Array: (at: unknown) => Uint8Array;
}

const load = async (): Promise<Zstd> => {
  const { Zstd } = await import('@hpcc-js/wasm-zstd');
  const zstd = await Zstd.load();
  const heap: Heap = Reflect.get(zstd, '_mainModule');
  heap.heapToUint8Array = (at) => heap.heapView(at).slice();
  return zstd;
};

let loaded: Promise<Zstd> | undefined;
let busy: Promise<void> = Promise.resolve();

async function* inPieces(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const piece = new Uint8Array(PIECE);
  let have = 0;
  for await (const chunk of source)
    for (let at = 0; at < chunk.length; ) {
      const some = chunk.subarray(at, at + PIECE - have);
      piece.set(some, have);
      have += some.length;
      at += some.length;
      if (have < PIECE) continue;
      yield piece;
      have = 0;
    }
  if (have > 0) yield piece.subarray(0, have);
}

/**
 * Encodes a content as one zstd frame: the same content gives the same bytes, on every machine and however it comes. The
 * library has one encoder, so that a second content waits for the first.
 */
export async function* zstdEncoded(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  loaded ??= load();
  const zstd = await loaded;
  const before = busy;
  let free = () => {};
  busy = new Promise((resolve) => {
    free = resolve;
  });
  await before;
  try {
    zstd.reset();
    zstd.setCompressionLevel(LEVEL);
    for await (const piece of inPieces(source)) {
      const bytes = zstd.compressChunk(piece);
      if (bytes.length > 0) yield bytes;
    }
    yield zstd.compressEnd();
  } finally {
    free();
  }
}
