import { CONTENT, CONTENT_BLOBS, contentName, contentPath, placeFiles } from '../commands/content.ts';
import { removeMany } from '../commands/rm.ts';
import type { Known } from '../decisions/index.ts';
import { straysOf } from '../domain/chain/strays.ts';
import { definePhase } from '../engine/phase.ts';
import { contentThere } from '../facts/content.ts';
import { filesLike } from '../facts/path.ts';
import type { Cluster, Host } from '../spec/cluster.ts';
import { type ContentFile, contentsFor } from '../spec/contents.ts';
import { bytes } from '../support/bytes.ts';
import { PLACED, STAMP } from '../support/placed-list.ts';

const filesOf = ({ bundle, arch }: Known, host: Host): readonly ContentFile[] =>
  bundle?.contents ? contentsFor(bundle.contents, arch[host.key]).files : [];

const count = (files: readonly unknown[]): string =>
  files.length === 1 ? 'a file' : `${files.length} files`;

/**
 * Brings the files and models of the bundle to every board that they are for. What an earlier bundle brought goes once no
 * process has it open; a bundle without files leaves everything where it is.
 */
export const placeContent = definePhase({
  id: 'place-content',
  title: 'Place the files of the bundle',
  hosts: ({ hosts }: Cluster, known: Known): readonly Host[] =>
    hosts.filter((host) => filesOf(known, host).length > 0),
  facts: (_cluster: Cluster, host: Host, known: Known) => ({
    there: contentThere({
      folder: CONTENT,
      list: PLACED,
      stamp: STAMP,
      wanted: filesOf(known, host).map(contentName),
    }),
    blobs: filesLike(`${CONTENT_BLOBS}/`),
  }),

  *plan({ host, known, facts }) {
    const there = facts.there === 'absent' ? {} : facts.there;
    const wanted = filesOf(known, host);
    const missing = wanted.filter((file) => there[contentPath(file)]?.sha256 !== file.sha256);
    const strays = straysOf(
      facts.blobs === 'absent' ? [] : facts.blobs,
      missing.map(({ sha256 }) => `sha256:${sha256}`),
    );
    if (strays.length > 0)
      yield { says: 'remove what runs of before have left', run: { command: removeMany(strays) } };
    if (missing.length > 0) {
      const size = bytes(missing.reduce((sum, file) => sum + file.size, 0));
      const blobs = missing.map((file) => ({
        digest: `sha256:${file.sha256}`,
        name: file.name,
        at: contentPath(file),
      }));
      yield {
        says: `fetch ${count(missing)} of the bundle, ${size}`,
        run: { blobs: { blobs, into: CONTENT_BLOBS } },
      };
      const fresh = missing.map(contentPath).filter((path) => there[path] === undefined);
      yield {
        says: `place ${count(missing)} of the bundle`,
        run: { command: placeFiles(missing) },
        ...(fresh.length > 0 ? { undo: removeMany(fresh) } : {}),
      };
    }
    const paths = new Set(wanted.map(contentPath));
    const old = Object.entries(there).flatMap(([path, { used }]) => (paths.has(path) || used ? [] : [path]));
    if (old.length > 0)
      yield { says: `remove ${count(old)} of an earlier bundle`, run: { command: removeMany(old) } };
  },
});
