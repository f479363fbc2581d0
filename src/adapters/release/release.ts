import { readFile } from 'node:fs/promises';
import type { Fetcher } from '../../ports/bundles.ts';
import type { LocalFile, Source } from '../../ports/source.ts';
import { readRelease, releasePath } from '../../spec/release.ts';
import { isProblems } from '../../support/problem.ts';
import { isUrl, unavailable } from './fetcher.ts';

const LIST_WITHIN_MS = 20_000;
const LISTS = ['sha256sum-amd64.txt', 'sha256sum-arm64.txt'] as const;

/** A k3s release at a URL or in a folder. */
export const releaseSource = (of: {
  readonly source: string;
  readonly version: string;
  readonly fetcher: Fetcher;
}): Source => {
  const under = new Map<string, Promise<LocalFile>>();
  const place = (file: string) => releasePath(of.source, of.version, file);

  const list = async (file: string): Promise<string | undefined> => {
    const from = place(file);
    try {
      if (!isUrl(from)) return await readFile(from, 'utf8');
      const answer = await fetch(from, { signal: AbortSignal.timeout(LIST_WITHIN_MS) });
      if (answer.status === 404) return undefined;
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      return await answer.text();
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw unavailable(from, error);
    }
  };

  return {
    async release() {
      const [amd64, arm64] = await Promise.all(LISTS.map(list));
      if (amd64 === undefined && arm64 === undefined)
        throw unavailable(
          of.source,
          new Error(`no release ${of.version}: neither ${LISTS.join(' nor ')} is there`),
        );
      const release = readRelease(of.version, {
        ...(amd64 === undefined ? {} : { 'sha256sum-amd64.txt': amd64 }),
        ...(arm64 === undefined ? {} : { 'sha256sum-arm64.txt': arm64 }),
      });
      if (isProblems(release)) throw release.problems[0];
      return release;
    },
    fetch({ name, digest }) {
      const running = under.get(digest) ?? of.fetcher.fetch(place(name), digest);
      under.set(digest, running);
      return running;
    },
  };
};
