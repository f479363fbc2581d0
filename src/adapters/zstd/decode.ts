// A few bytes can stand for 128 KiB, and all that a piece stands for is in memory at once.
const PIECE = 16 << 10;

/**
 * Decodes zstd frames, one after another; what is no content, such as the index of zstd:chunked, is left out. Throws an
 * error when they are damaged or cut off. The checksums of frames are not looked at: whoever asks knows the digest.
 */
export async function* zstdDecoded(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { Decompress } = await import('fzstd');
  let out: Uint8Array[] = [];
  const decoder = new Decompress((bytes) => {
    if (bytes.length > 0) out.push(bytes);
  });
  const take = (): readonly Uint8Array[] => {
    const taken = out;
    out = [];
    return taken;
  };
  for await (const chunk of source)
    for (let at = 0; at < chunk.length; at += PIECE) {
      decoder.push(chunk.subarray(at, at + PIECE));
      yield* take();
    }
  decoder.push(new Uint8Array(), true);
  yield* take();
}
