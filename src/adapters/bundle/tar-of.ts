import { Header } from 'tar';
import type { NewBundle } from '../../ports/bundles.ts';
import type { LocalContent, LocalPieces, Piece } from '../../ports/source.ts';
import { contentOf, piecesOf } from '../files/content.ts';

const BLOCK = 512;
/** The same for every file, so that the same bundle makes the same archive; tar warns of times before 1980. */
const MTIME = new Date('1980-01-01T00:00:00Z');

/** The header of a file in such an archive. */
export const tarHeader = (path: string, size: number): Buffer => {
  const header = new Header({ path, size, mode: 0o644, uid: 0, gid: 0, mtime: MTIME, type: 'File' });
  const bytes = Buffer.alloc(BLOCK);
  header.encode(bytes);
  return bytes;
};

const memberOf = (path: string, content: LocalContent): readonly Piece[] => [
  { bytes: tarHeader(path, content.size) },
  ...piecesOf(content),
  { bytes: Buffer.alloc(-content.size & (BLOCK - 1)) },
];

/**
 * A bundle as one tar archive (POSIX ustar; a size above 8 GiB in the base-256 form that GNU, BSD and Go read too), as
 * pieces: nothing is copied. What judges the rest stands in front. The same bundle gives the same bytes.
 */
export const tarOf = ({ texts, blobs }: NewBundle): LocalPieces => {
  const first = ['bundle.json', 'bundle.json.sig'];
  const names = [
    ...first.filter((name) => name in texts),
    ...Object.keys(texts)
      .filter((name) => !first.includes(name))
      .sort(),
  ];
  const sorted = blobs.toSorted((a, b) => (a.digest < b.digest ? -1 : 1));
  return contentOf([
    ...names.flatMap((name) => memberOf(name, contentOf([{ bytes: Buffer.from(texts[name] ?? '') }]))),
    ...sorted.flatMap(({ digest, file }) => memberOf(`blobs/${digest.replace(':', '/')}`, file)),
    { bytes: Buffer.alloc(2 * BLOCK) },
  ]);
};
