import { expect, it } from 'vitest';
import { debsIn } from '../../../src/domain/bundles/contents.ts';
import type { BundleManifest } from '../../../src/domain/bundles/manifest.ts';
import { paragraphs } from '../../../src/domain/debian/deb822.ts';
import { debIndexText, indexEntry, readDebIndex } from '../../../src/domain/debian/index-entry.ts';

const PARAGRAPH = `Package: keepalived
Source: keepalived (1:2.2.7-1)
Version: 1:2.2.7-1+b2
Installed-Size: 1317
Maintainer: Debian HA Maintainers <debian-ha-maintainers@lists.alioth.debian.org>
Architecture: arm64
Depends: libc6 (>= 2.34),
 libnl-3-200 (>= 3.2.27)
Description: Failover and monitoring daemon for LVS clusters
Filename: pool/main/k/keepalived/keepalived_2.2.7-1+b2_arm64.deb
`;

const entryOf = (sha256: string, codename: string): string => {
  const [fields] = paragraphs(PARAGRAPH);
  if (!fields) throw new Error('no paragraph');
  return indexEntry(fields, { sha256, size: 481_000, codename });
};

it('keeps what the resolver of apt goes by, and says where the package lies on a board', () => {
  expect(entryOf('a'.repeat(64), 'bookworm')).toBe(`Package: keepalived
Version: 1:2.2.7-1+b2
Architecture: arm64
Installed-Size: 1317
Depends: libc6 (>= 2.34),
 libnl-3-200 (>= 3.2.27)
Filename: ./${'a'.repeat(64)}.deb
Size: 481000
SHA256: ${'a'.repeat(64)}
Edgectl-Distro: bookworm
`);
  expect(entryOf('a'.repeat(64), '')).not.toContain('Distro');
});

it('finds every package again in the text of an index, and nothing in any other text', () => {
  const [one, other] = [entryOf('a'.repeat(64), 'bookworm'), entryOf('b'.repeat(64), 'jammy')];
  const index = debIndexText([other, one, one]);
  expect([...readDebIndex(index)]).toEqual([
    [`sha256:${'a'.repeat(64)}`, one],
    [`sha256:${'b'.repeat(64)}`, other],
  ]);
  expect([...readDebIndex('no index\n\nat all')]).toEqual([]);
  const manifest: BundleManifest = {
    format: 1,
    name: 'site',
    serial: 1,
    created: '2026-11-22',
    contents: ['a', 'c'].map((digit) => ({
      what: 'keepalived_1%3a2.2.7-1+b2_arm64.deb',
      role: 'deb' as const,
      arch: 'arm64' as const,
      digest: `sha256:${digit.repeat(64)}` as const,
      size: 481_000,
    })),
    parts: [],
  };
  // What the index does not name could not be installed.
  expect(debsIn(manifest, index)).toEqual([
    {
      name: 'keepalived',
      version: '1:2.2.7-1+b2',
      arch: 'arm64',
      sha256: 'a'.repeat(64),
      size: 481_000,
      entry: one,
    },
  ]);
});
