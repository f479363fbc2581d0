import { join } from 'node:path';
import { ARCHES, type Arch } from '../support/arch.ts';
import { given } from '../support/given.ts';
import { Problem, type Problems } from '../support/problem.ts';

/** One file of a k3s release. `sha256` is 64 hex digits, as its checksum list publishes it. */
export interface ReleaseFile {
  readonly name: string;
  readonly sha256: string;
}

/** What a k3s release holds for one architecture. */
export interface ReleaseFiles {
  readonly binary: ReleaseFile;
  readonly images: ReleaseFile;
}

/** What the source offers for the wanted version, by architecture; one that it lacks is absent. */
export type Release = Readonly<Partial<Record<Arch, ReleaseFiles>>>;

/** The checksum lists of a release, as `sha256sum` writes them; one that the source lacks is absent. */
export type ChecksumLists = Readonly<Partial<Record<`sha256sum-${Arch}.txt`, string>>>;

const BINARIES = { amd64: 'k3s', arm64: 'k3s-arm64' } as const;
const HINT = 'check k3s.source: a login page or a half-fetched file may stand where the checksum list should';

const checksums = (list: string): ReadonlyMap<string, string> =>
  new Map(
    list.split('\n').flatMap((line) => {
      const [, sha256, name] = /^(\S+)\s+\*?(?:\.\/)?([^\s/]+)\s*$/.exec(line) ?? [];
      return sha256 !== undefined && name !== undefined ? [[name, sha256] as const] : [];
    }),
  );

const SHA256 = /^[0-9a-f]{64}$/;

const unusable = (what: string): Problem => new Problem('SOURCE_UNAVAILABLE', what, { hint: HINT });

const filesOf = (version: string, arch: Arch, list: string): ReleaseFiles | Problem | undefined => {
  const from = `sha256sum-${arch}.txt of k3s ${version}`;
  const sums = checksums(list);
  if (![...sums.values()].some((sum) => SHA256.test(sum)))
    return unusable(`${from} is no list of sha256 checksums`);
  const pick = (...names: readonly string[]): ReleaseFile | undefined =>
    names.map((name) => ({ name, sha256: sums.get(name) ?? '' })).find(({ sha256 }) => sha256 !== '');
  const binary = pick(BINARIES[arch]);
  const images = pick(...['zst', 'gz'].map((end) => `k3s-airgap-images-${arch}.tar.${end}`));
  if (!binary || !images) return undefined;
  const bad = [binary, images].find(({ sha256 }) => !SHA256.test(sha256));
  return bad ? unusable(`${from} has a malformed checksum for ${bad.name}`) : { binary, images };
};

/** Reads the checksum lists of a k3s release; a list that is none, or a malformed checksum, is SOURCE_UNAVAILABLE. */
export const readRelease = (version: string, lists: ChecksumLists): Release | Problems => {
  const found = ARCHES.map((arch) => {
    const list = lists[`sha256sum-${arch}.txt`];
    return [arch, list === undefined ? undefined : filesOf(version, arch, list)] as const;
  });
  const problems = found.flatMap(([, files]) => (files instanceof Problem ? [files] : []));
  return problems.length > 0 ? { problems } : (given(Object.fromEntries(found)) as Release);
};

/** Where a file of a release lies: under its version at a URL, and in a folder as it is. */
export const releasePath = (source: string, version: string, file: string): string =>
  /^https?:\/\//i.test(source)
    ? `${source.replace(/\/+$/, '')}/${encodeURIComponent(version)}/${file}`
    : join(source, file);
