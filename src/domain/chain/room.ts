import { isOf } from './strays.ts';

/** Content that is to come to a folder of a host. Sizes are bytes. */
export interface Coming {
  readonly into: string;
  readonly blobs: readonly { readonly digest: string; readonly size: number }[];
  /** What is made of it beside it: so many times its size, at a path. */
  readonly besides?: { readonly path: string; readonly times: number } | undefined;
}

/** As much of a folder as tells whether content fits into it. */
export interface Folder {
  readonly device: string;
  readonly mount: string;
  readonly free: number;
  readonly taken: Readonly<Record<string, number>>;
}

/** A file system that lacks room: for what, and the bytes. */
export interface Shortage {
  readonly path: string;
  readonly mount: string;
  readonly needed: number;
  readonly free: number;
}

const BLOCK = 4096;

/** What an earlier try has left of a blob. */
const takenBy = (digest: string, taken: Readonly<Record<string, number>>): number =>
  Math.max(0, ...Object.entries(taken).flatMap(([name, bytes]) => (isOf(name, digest) ? [bytes] : [])));

/**
 * Which file system of a host has too little room for all that is to come. A blob that is renamed into its place needs
 * room once; what is unpacked needs it besides. A folder of which nothing is known has room.
 */
export const shortageOf = (
  coming: readonly Coming[],
  folders: Readonly<Record<string, Folder>>,
): Shortage | undefined => {
  const wishes = coming.flatMap(({ into, blobs, besides }) => {
    const taken = folders[into]?.taken ?? {};
    const own = blobs.map(({ digest, size }) => {
      const blocks = Math.ceil(size / BLOCK) * BLOCK;
      return Math.max(0, blocks - takenBy(digest, taken));
    });
    const whole = blobs.reduce((sum, { size }) => sum + size, 0);
    return [
      { path: into, bytes: own.reduce((sum, bytes) => sum + bytes, 0) },
      ...(besides ? [{ path: besides.path, bytes: besides.times * whole }] : []),
    ];
  });
  const needs = new Map<string, { path: string; needed: number; folder: Folder }>();
  for (const { path, bytes } of wishes) {
    const folder = folders[path];
    if (!folder) continue;
    const before = needs.get(folder.device) ?? { path, needed: 0, folder };
    needs.set(folder.device, { ...before, needed: before.needed + bytes });
  }
  const short = [...needs.values()].find(({ needed, folder }) => needed > folder.free);
  return (
    short && { path: short.path, mount: short.folder.mount, needed: short.needed, free: short.folder.free }
  );
};
