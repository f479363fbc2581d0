import { Header, Pax } from 'tar';
import type { LocalContent, LocalPieces } from '../../ports/source.ts';
import { type OpenContent, openContent, sliceOf } from '../files/content.ts';

const BLOCK = 512;
/** More members than any bundle has; what claims more is not read on. */
const MOST_MEMBERS = 200_000;
/** More bytes than a member's extended header has. */
const LONGEST_HEADER = 1 << 20;

/** Why a content is no tar file that may be read: a text that says where, in bytes. */
export class TarFault extends Error {
  override readonly name = 'TarFault';
}

const isZero = (buffer: Uint8Array): boolean => buffer.every((byte) => byte === 0);
const padded = (size: number): number => Math.ceil(size / BLOCK) * BLOCK;

/** Reads exactly so many bytes; a fault when the content ends before. */
const bytesAt = async (open: OpenContent, at: number, size: number): Promise<Buffer> => {
  const buffer = Buffer.alloc(size);
  if ((await open.read(buffer, at)) < size) throw new TarFault(`it is cut off at byte ${at}`);
  return buffer;
};

/** A member's name in the archive without a leading `./`; a name that leads elsewhere is a fault. */
const nameOf = (path: string, at: number): string => {
  const name = path.replace(/^(\.\/)+/, '');
  if (name.startsWith('/') || name.split('/').includes('..'))
    throw new TarFault(`the name at byte ${at} leads out of it`);
  return name;
};

const headerIn = (block: Buffer, extended: Pax | undefined, at: number): Header => {
  try {
    return new Header(block, 0, extended);
  } catch {
    throw new TarFault(`the header at byte ${at} is damaged`);
  }
};

const mustBeZero = async (open: OpenContent, at: number, size: number): Promise<void> => {
  if (size > 0 && !isZero(await bytesAt(open, at, size)))
    throw new TarFault(`there is something between its files at byte ${at}`);
};

/**
 * The regular files of a tar archive (ustar, POSIX pax, GNU's long sizes) by name, each as a slice of it: one read a
 * member, none of their content. Throws a TarFault where a header or what lies between members is not as it must be:
 * with `header`, as that writes one for a name and a size.
 */
export const tarIndex = async (
  archive: LocalContent,
  header?: (name: string, size: number) => Buffer,
): Promise<ReadonlyMap<string, LocalPieces>> => {
  const open = await openContent(archive);
  const files = new Map<string, LocalPieces>();
  try {
    let extended: Pax | undefined;
    let at = 0;
    for (;;) {
      const block = await bytesAt(open, at, BLOCK);
      if (isZero(block)) break;
      const { path = '', size = 0, type, cksumValid } = headerIn(block, extended, at);
      const start = at + BLOCK;
      const isSound = cksumValid && Number.isSafeInteger(size) && size >= 0;
      if (!isSound || (header && !header(path, size).equals(block)))
        throw new TarFault(`the header at byte ${at} is damaged`);
      if (start + size > archive.size) throw new TarFault(`it is cut off in ${path}`);
      await mustBeZero(open, start + size, padded(size) - size);
      if (type === 'ExtendedHeader') {
        if (size > LONGEST_HEADER) throw new TarFault(`the header at byte ${at} is too long`);
        extended = Pax.parse((await bytesAt(open, start, size)).toString(), extended);
      } else {
        extended = undefined;
        const name = nameOf(path, at);
        if (type === 'File' || type === 'OldFile') {
          if (files.has(name)) throw new TarFault(`${name} is in it twice`);
          files.set(name, sliceOf(archive, start, size));
        } else if (type !== 'Directory' && type !== 'GlobalExtendedHeader')
          throw new TarFault(`${name} is neither a file nor a folder`);
      }
      if (files.size > MOST_MEMBERS) throw new TarFault('it has too many files');
      at = start + padded(size);
    }
    for (; at < archive.size; at += LONGEST_HEADER)
      await mustBeZero(open, at, Math.min(LONGEST_HEADER, archive.size - at));
  } finally {
    await open.close();
  }
  return files;
};
