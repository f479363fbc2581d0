import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Header } from 'tar';

/** A file of an archive. */
export interface Member {
  readonly path: string;
  readonly content: Uint8Array;
  readonly executable?: boolean;
}

const BLOCK = 512;
// The same in every release; tar warns of times before 1980.
const MTIME = new Date('1980-01-01T00:00:00Z');

const header = (path: string, size: number, mode: number, type: 'File' | 'Directory'): Buffer => {
  const bytes = Buffer.alloc(BLOCK);
  const isLong = new Header({ path, size, mode, type, uid: 0, gid: 0, mtime: MTIME }).encode(bytes);
  if (isLong) throw new Error(`${path}: too long for a plain tar archive`);
  return bytes;
};

const foldersOf = (path: string): readonly string[] => {
  const folder = dirname(path);
  return folder === '.' ? [] : [...foldersOf(folder), `${folder}/`];
};

/**
 * A `.tar.gz` of files and the folders they lie in (POSIX ustar), whose bytes follow from their paths and contents alone:
 * sorted, all of one time, owned by root. It is packed in one piece, because where pieces end can show in the result.
 */
export const archive = async (members: readonly Member[]): Promise<Buffer> => {
  const files = new Map(members.map((member) => [member.path, member]));
  const folders = members.flatMap(({ path }) => foldersOf(path));
  const parts = [...new Set([...folders, ...files.keys()])].sort().flatMap((path) => {
    const file = files.get(path);
    if (file === undefined) return [header(path, 0, 0o755, 'Directory')];
    const { content, executable = false } = file;
    const padding = Buffer.alloc(-content.length & (BLOCK - 1));
    return [header(path, content.length, executable ? 0o755 : 0o644, 'File'), content, padding];
  });
  return promisify(gzip)(Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]), { level: 9 });
};
