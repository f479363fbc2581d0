import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { LocalContent, LocalPieces, Piece } from '../../ports/source.ts';

const READ_AT_ONCE = 1 << 20;

const sizeOf = (piece: Piece): number => ('bytes' in piece ? piece.bytes.length : piece.size);

/** Content out of pieces. */
export const contentOf = (pieces: readonly Piece[]): LocalPieces => ({
  pieces,
  size: pieces.reduce((sum, piece) => sum + sizeOf(piece), 0),
});

/** The pieces of a content; a whole file is one. */
export const piecesOf = (content: LocalContent): readonly Piece[] =>
  'pieces' in content ? content.pieces : [{ path: content.path, start: 0, size: content.size }];

/** So many bytes of a content, from `start` on; less where it ends before. Nothing is read. */
export const sliceOf = (content: LocalContent, start: number, size: number): LocalPieces => {
  const slice: Piece[] = [];
  let at = 0;
  for (const piece of piecesOf(content)) {
    const from = Math.max(start - at, 0);
    const to = Math.min(start + size - at, sizeOf(piece));
    if (from < to)
      slice.push(
        'bytes' in piece
          ? { bytes: piece.bytes.subarray(from, to) }
          : { path: piece.path, start: piece.start + from, size: to - from },
      );
    at += sizeOf(piece);
  }
  return contentOf(slice);
};

async function* chunks(content: LocalContent): AsyncGenerator<Uint8Array> {
  for (const piece of piecesOf(content)) {
    if ('bytes' in piece) yield piece.bytes;
    else if (piece.size > 0) {
      const { path, start, size } = piece;
      let have = 0;
      for await (const chunk of createReadStream(path, {
        start,
        end: start + size - 1,
        highWaterMark: READ_AT_ONCE,
      })) {
        have += chunk.length;
        yield chunk;
      }
      if (have < size) throw new Error(`${path} became shorter`);
    }
  }
}

/** Reads a content from an offset to its end. Errors when a file of it has become shorter. */
export const readContent = (content: LocalContent, from = 0): Readable =>
  Readable.from(chunks(from === 0 ? content : sliceOf(content, from, content.size)), { objectMode: false });

/** A content that is open for reading anywhere. */
export interface OpenContent {
  /** Fills the buffer from an offset of the content; gives the bytes read, fewer only where it ends. */
  read(buffer: Uint8Array, at: number): Promise<number>;
  close(): Promise<void>;
}

/** Opens every file of a content once. */
export const openContent = async (content: LocalContent): Promise<OpenContent> => {
  const files = new Map<string, FileHandle>();
  const close = async () => void (await Promise.all([...files.values()].map((file) => file.close())));
  try {
    for (const piece of piecesOf(content))
      if ('path' in piece && !files.has(piece.path)) files.set(piece.path, await open(piece.path));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    close,
    async read(buffer, at) {
      let have = 0;
      for (const piece of sliceOf(content, at, buffer.length).pieces) {
        if ('bytes' in piece) {
          buffer.set(piece.bytes, have);
          have += piece.bytes.length;
          continue;
        }
        for (let done = 0; done < piece.size; ) {
          const { bytesRead = 0 } =
            (await files.get(piece.path)?.read(buffer, have, piece.size - done, piece.start + done)) ?? {};
          if (bytesRead === 0) return have;
          done += bytesRead;
          have += bytesRead;
        }
      }
      return have;
    },
  };
};
