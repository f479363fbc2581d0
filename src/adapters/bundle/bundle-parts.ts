import type { Bundle } from '../../ports/bundles.ts';
import type { LocalContent } from '../../ports/source.ts';
import { Problem } from '../../support/problem.ts';
import { contentOf, piecesOf } from '../files/content.ts';
import { fileDigest } from '../files/file-digest.ts';
import { bundleTar } from './bundle-tar.ts';
import { readPartList } from './part-list.ts';
import { tarHeader } from './tar-of.ts';

/** A bundle that was split: its parts are joined while they are read. Throws BUNDLE_INVALID with the part's name. */
export const bundleParts = async (path: string, list: string): Promise<Bundle> => {
  const parts = await readPartList(list);
  const archive = contentOf(parts.map((part) => ({ path: part.path, start: 0, size: part.size })));

  const damaged = async (content: LocalContent = archive): Promise<readonly string[]> => {
    const touched = new Set(piecesOf(content).map((piece) => ('path' in piece ? piece.path : '')));
    const names: string[] = [];
    for (const part of parts)
      if (touched.has(part.path) && (await fileDigest(part.path)) !== part.digest) names.push(part.path);
    return names;
  };

  const bundle = await bundleTar(path, archive, tarHeader).catch(async (error: unknown) => {
    const names = await damaged();
    if (names.length === 0) throw error;
    throw new Problem('BUNDLE_INVALID', `${names.join(', ')}: not what was split`, {
      hint: 'copy it again: nothing was used of the bundle',
      cause: error,
    });
  });
  return { ...bundle, damaged };
};
