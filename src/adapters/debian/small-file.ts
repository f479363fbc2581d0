import { readFile } from 'node:fs/promises';
import { isUrl, unavailable } from '../release/fetcher.ts';

const WITHIN_MS = 60_000;
const MOST_BYTES = 32 * 1024 * 1024;

const download = async (url: string): Promise<Buffer | undefined> => {
  const answer = await fetch(url, { signal: AbortSignal.timeout(WITHIN_MS) });
  if (answer.status === 404) return undefined;
  if (!answer.ok || !answer.body) throw new Error(`HTTP ${answer.status}`);
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of answer.body) {
    size += piece.length;
    if (size > MOST_BYTES) throw new Error(`it is bigger than ${MOST_BYTES} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
};

/** A small file at an address or path whose content nobody promised; undefined when there is none. Throws SOURCE_UNAVAILABLE. */
export const smallFile = async (from: string): Promise<Buffer | undefined> => {
  try {
    return isUrl(from) ? await download(from) : await readFile(from);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw unavailable(from, error);
  }
};
