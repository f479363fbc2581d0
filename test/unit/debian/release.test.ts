import { describe, expect, it } from 'vitest';
import { indexesOf } from '../../../src/domain/debian/indexes.ts';
import { placeIn } from '../../../src/domain/debian/places.ts';
import { readPresent } from '../../../src/domain/debian/present.ts';
import { debPurl } from '../../../src/domain/debian/purl.ts';
import { readDebianRelease, staleness } from '../../../src/domain/debian/release.ts';
import { isProblems } from '../../../src/support/problem.ts';

const HASH = 'b'.repeat(64);
const text = (more = '') => `Origin: Debian
Suite: oldstable-security
Codename: bookworm-security
Date: Fri, 20 Nov 2026 00:12:41 UTC
Valid-Until: Fri, 27 Nov 2026 00:12:41 UTC
Acquire-By-Hash: yes
Architectures: amd64 arm64
${more}SHA256:
 ${HASH} 852225 main/binary-all/Packages
 ${HASH} 2515915 main/binary-arm64/Packages
 ${HASH} 376904 main/binary-arm64/Packages.xz
 ${HASH} 12 ./Packages.gz
 nonsense 12 main/binary-amd64/Packages.gz
`;
const at = 'http://deb/dists/x';
const now = Date.parse('2026-11-22T12:00:00Z');
const reason = (suite: string, when = now, release = readDebianRelease(text())) =>
  staleness(release, { at, suite, now: when })?.message;

describe('the release of an archive', () => {
  it('may be used while it is valid, under its names', () => {
    for (const suite of ['bookworm-security', 'oldstable-security', 'bookworm-security/updates', './'])
      expect([suite, reason(suite)]).toEqual([suite, undefined]);
    expect(reason('trixie-security')).toContain(
      'it is the release "oldstable-security" ("bookworm-security"), not "trixie-security"',
    );
    const day = 86_400_000;
    expect(reason('bookworm-security', now + 5 * day)).toContain('has expired on 2026-11-27 00:12');
    expect(reason('bookworm-security', now - 4 * day)).toContain(
      'is of 2026-11-20 00:12, which is yet to come',
    );
    const odd = readDebianRelease(text().replace('Fri, 27 Nov', 'some day'));
    expect(reason('bookworm-security', now, odd)).toContain('is no time');
  });

  it('names the indexes of an architecture, packed ones rather than what is not served', () => {
    const release = readDebianRelease(text());
    const wanted = { suite: 'x', components: ['main'], arch: 'arm64' };
    const digest = `sha256:${HASH}`;
    const hashed = `dists/x/main/binary-arm64/by-hash/SHA256/${HASH}`;
    expect(indexesOf(release, wanted)).toEqual({
      indexes: [
        {
          forms: [
            { digest, size: 2515915, packing: 'none', paths: [hashed, 'dists/x/main/binary-arm64/Packages'] },
            { digest, size: 376904, packing: 'xz', paths: [hashed, 'dists/x/main/binary-arm64/Packages.xz'] },
          ],
          most: 2515915,
        },
      ],
      lacking: [],
    });
    expect(indexesOf(release, { ...wanted, arch: 'amd64' }).lacking).toEqual(['main/binary-amd64']);
    const apart = readDebianRelease(text().replace('amd64 arm64', 'all amd64 arm64'));
    expect(indexesOf(apart, wanted).indexes).toHaveLength(2);
    const together = readDebianRelease(
      text('No-Support-for-Architecture-all: Packages\n').replace('amd64 arm64', 'all amd64 arm64'),
    );
    expect(indexesOf(together, wanted).indexes).toHaveLength(1);
  });

  it('names the one index of a flat archive', () => {
    const release = readDebianRelease(text());
    const { indexes } = indexesOf(release, { suite: './', components: ['main'], arch: 'arm64' });
    expect(indexes.flatMap(({ forms }) => forms.map(({ paths }) => paths.at(-1)))).toEqual([
      './/Packages.gz',
    ]);
  });

  it('has files at places that never lead out of it', () => {
    expect(placeIn('http://deb/debian/', 'pool/g/g++_1%3a2~3+b1.deb')).toBe(
      'http://deb/debian/pool/g/g%2B%2B_1%253a2~3%2Bb1.deb',
    );
    expect(placeIn('http://deb/cuda', './')).toBe('http://deb/cuda');
    expect(placeIn('/srv/mirror', './a.deb')).toBe('/srv/mirror/a.deb');
  });
});

it('a package has the package URL that the vendor of its archive gives it', () => {
  const one = {
    name: 'g++',
    version: '4:12.2.0-3+b1',
    arch: 'arm64',
    multiArch: 'no',
    provides: [],
    needs: () => [],
    refuses: () => [],
  };
  expect(debPurl(one, { origin: 'NVIDIA Corp.', codename: '' })).toBe(
    'pkg:deb/nvidia-corp./g%2B%2B@4:12.2.0-3+b1?arch=arm64',
  );
});

describe('the list of what a board has', () => {
  const names = (content: string) => {
    const found = readPresent(content, 'board.list', 'arm64');
    return isProblems(found)
      ? found.problems.map(({ message }) => message)
      : found.map(({ name, version }) => `${name} ${version}`);
  };

  it('is a status file, or lines, without what was removed', () => {
    const one = (name: string, status: string) =>
      `Package: ${name}\nStatus: ${status}\nVersion: 1\nArchitecture: arm64\n`;
    expect(
      names(
        [
          one('a', 'install ok installed'),
          one('b', 'deinstall ok config-files'),
          one('c', 'hold ok triggers-pending'),
          one('d', 'install ok half-installed'),
        ].join('\n'),
      ),
    ).toEqual(['a 1', 'c 1']);
    expect(names('a 1:2-3 arm64\nb 1 all ii \nc 1 arm64 rc \nd 1 arm64 hi\n\n')).toEqual([
      'a 1:2-3',
      'b 1',
      'd 1',
    ]);
    expect(names('')).toEqual([]);
  });

  it('says where it is none, and of which board it is', () => {
    expect(names('a 1 arm64\nb\nc 1/2 arm64')).toEqual([
      'board.list:2:1 wants "name version architecture"',
      'board.list:3:1 wants "name version architecture"',
    ]);
    expect(names('a 1 amd64\nb 1 all')).toEqual(['board.list is of a board of amd64, not arm64']);
  });
});
