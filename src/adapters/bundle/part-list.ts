import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { DigestText } from '../../spec/digest-text.ts';
import { Problem } from '../../support/problem.ts';

const SUFFIX = '.parts.json';
/** They are all open while they are read. */
export const MOST_PARTS = 1000;

const Part = z.strictObject({
  name: z.string().regex(/^[^/\0]{1,255}$/),
  digest: DigestText,
  size: z.int().positive(),
});
const List = z.strictObject({ format: z.literal(1), parts: z.array(Part).min(1).max(MOST_PARTS) });

/** One part of a bundle that was split: a file beside the list, its digest, and its size in bytes. */
export type BundlePart = Readonly<z.infer<typeof Part>>;

/** Where the list of the parts `PREFIX.000`, … lies. */
export const partListPath = (prefix: string): string => `${prefix}${SUFFIX}`;

/** The text of such a list. */
export const partListText = (parts: readonly BundlePart[]): string =>
  `${JSON.stringify({ format: 1, parts }, undefined, 2)}\n`;

/**
 * The list that a path stands for: the list itself, a part, or what stands before `.000` where no file is; undefined
 * when there is none.
 */
export const findPartList = async (path: string, isFile: boolean): Promise<string | undefined> => {
  const prefix = path.replace(/\.\d{3}$/, '');
  const lists = [...(isFile ? [] : [path]), ...(prefix === path ? [] : [prefix])].map(partListPath);
  for (const list of path.endsWith(SUFFIX) ? [path] : lists)
    if ((await stat(list).catch(() => undefined))?.isFile()) return list;
  return undefined;
};

/** Reads a list of parts, and looks whether each is there in its size; every fault is thrown at once, BUNDLE_INVALID. */
export const readPartList = async (list: string): Promise<readonly (BundlePart & { path: string })[]> => {
  const text = await readFile(list, 'utf8').catch((error: unknown) => {
    throw new Problem('FILE_UNREADABLE', `${list} cannot be read`, { cause: error });
  });
  const read = (): readonly BundlePart[] => {
    try {
      const { parts } = List.parse(JSON.parse(text));
      if (parts.every(({ name }) => basename(name) === name && name !== '..' && name !== '.')) return parts;
    } catch {}
    throw new Problem('BUNDLE_INVALID', `${list} is no list of parts of this edgectl's format`, {
      hint: 'copy it again from where `edgectl bundle split` wrote it',
    });
  };
  const parts = read().map((part) => ({ ...part, path: join(dirname(list), part.name) }));
  const faults = await Promise.all(
    parts.map(async ({ path, size }) => {
      const found = await stat(path).catch(() => undefined);
      if (!found?.isFile()) return `${path}: this part of the bundle is missing`;
      return found.size === size ? '' : `${path}: this part has ${found.size} bytes instead of ${size}`;
    }),
  );
  const problems = faults
    .filter((fault) => fault !== '')
    .map(
      (fault) =>
        new Problem('BUNDLE_INVALID', fault, {
          hint: 'copy this part again: nothing was used of the bundle',
        }),
    );
  if (problems.length > 0) throw new AggregateError(problems);
  return parts;
};
