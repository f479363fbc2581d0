import { Parser, type ReadEntry } from 'tar';
import type { LayerEntry, LayerQuestion } from '../../ports/layer-reader.ts';

/** More entries that matter, and more bytes of files to read, than any layer of an image has. */
const MOST_ENTRIES = 200_000;
const MOST_BYTES = 512 << 20;
const OPAQUE = '.wh..wh..opq';
const WHITEOUT = '.wh.';

/** The parser of tar unpacks what looks compressed by itself, so such a stream must not come to it: false from there on. */
const beginning = (): ((chunk: Uint8Array) => boolean) => {
  let first = Buffer.alloc(0);
  return (chunk) => {
    if (first.length < 4) first = Buffer.concat([first, chunk.subarray(0, 4 - first.length)]);
    return ![
      [0x1f, 0x8b],
      [0x28, 0xb5, 0x2f, 0xfd],
    ].some((magic) => magic.every((byte, at) => first[at] === byte));
  };
};

/** A path without `./`, `//` and a leading `/`; undefined where it leads out. */
const cleanPath = (path: string): string | undefined => {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return parts.includes('..') ? undefined : parts.join('/');
};

const removal = (path: string): { readonly path: string; readonly is: 'gone' | 'opaque' } | undefined => {
  const [, folder = '', name = ''] = /^(?:(.*)\/)?([^/]*)$/.exec(path) ?? [];
  if (name === OPAQUE) return { path: folder, is: 'opaque' };
  // Other names of that kind are notes of old AUFS, and remove nothing.
  if (!name.startsWith(WHITEOUT) || name.startsWith('.wh..wh.')) return undefined;
  return { path: [folder, name.slice(WHITEOUT.length)].filter((part) => part !== '').join('/'), is: 'gone' };
};

/** A link as one from its own folder or from the root: a hard link names its file from the root on. */
const linkOf = ({ type, linkpath = '' }: ReadEntry): string =>
  type === 'Link' ? `/${linkpath.replace(/^\/+/, '')}` : linkpath;

const isFile = (type: string): boolean => ['File', 'OldFile', 'ContiguousFile'].includes(type);
const isLink = (type: string): boolean => type === 'SymbolicLink' || type === 'Link';

/**
 * What a tar file says to a question, in the order of its entries. It is read to the end of the stream, and what is kept of it
 * in memory has bounds, however it was made; throws a plain error with the reason when it is none.
 */
export const tarEntries = async <T>(
  tar: AsyncIterable<Uint8Array>,
  question: LayerQuestion<T>,
): Promise<readonly LayerEntry<T>[]> => {
  const entries: LayerEntry<T>[] = [];
  let bytes = 0;
  let fault: string | undefined;
  let ended = false;
  const add = (entry: LayerEntry<T>) => {
    entries.push(entry);
    if (entries.length > MOST_ENTRIES) fault ??= `it has more than ${MOST_ENTRIES} entries about packages`;
  };

  const readFile = (path: string, entry: ReadEntry) => {
    const chunks: Uint8Array[] = [];
    bytes += entry.size;
    entry.on('data', (chunk) => chunks.push(chunk));
    entry.on('end', () => {
      const value = question.read(path, Buffer.concat(chunks).toString());
      add(value === undefined ? { path, is: 'other' } : { path, value });
    });
  };

  /** Whether the content of an entry is wanted; whatever else matters of it is noted at once. */
  const wants = (entry: ReadEntry): boolean => {
    const path = cleanPath(entry.path);
    if (path === undefined) return false;
    const removed = removal(path);
    if (removed && question.matters(removed.path)) add(removed);
    if (removed || path === '' || !question.matters(path)) return false;
    const { type, size } = entry;
    const limit = question.limit(path);
    if (isLink(type)) add({ path, link: linkOf(entry) });
    else if (type === 'Directory' || type === 'GNUDumpDir') add({ path, is: 'folder' });
    else if (!isFile(type) || limit === undefined) add({ path, is: 'other' });
    else if (size > limit || bytes + size > MOST_BYTES) add({ path, is: 'unread' });
    else return true;
    return false;
  };

  const parser = new Parser({
    filter: (_, entry) => 'remain' in entry && wants(entry),
    onReadEntry: (entry) => readFile(cleanPath(entry.path) ?? '', entry),
    onwarn: (code, message) => {
      if (code === 'TAR_BAD_ARCHIVE' && !ended) fault ??= `it is no whole tar file: ${message}`;
      if (code === 'TAR_ENTRY_INVALID') fault ??= `it is no whole tar file: ${message}`;
    },
  });
  parser.on('error', (error: Error) => {
    fault ??= error.message;
  });
  parser.on('eof', () => {
    ended = true;
  });
  const begin = beginning();
  for await (const chunk of tar) {
    // What stands behind the end of the archive is nobody's, and the parser would keep it; but a packing has its sums there.
    if (ended) continue;
    // It takes other byte arrays too, and reads numbers out of them.
    if (begin(chunk)) parser.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
    else fault = 'it is no whole tar file: it is compressed twice';
    if (fault !== undefined) break;
  }
  if (fault === undefined) parser.end();
  if (fault !== undefined) throw new Error(fault);
  return entries;
};
