import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { debKey, licencesOfDebs } from '../../../src/domain/bundles/deb-licences.ts';
import type { BundleItem } from '../../../src/domain/bundles/manifest.ts';
import { sbomText } from '../../../src/domain/bundles/sbom.ts';
import { copyrightOf } from '../../../src/domain/packages/question.ts';
import { digest } from '../../../src/support/digest.ts';

const item = (name: string, arch: BundleItem['arch'] = 'arm64', version = '1'): BundleItem => ({
  what: `${name}_${version}_${arch}.deb`,
  role: 'deb',
  arch,
  digest: digest(`${name} ${arch} ${version}`),
  size: 1,
  version,
});
const licensed = (name: string, ...licences: readonly string[]) => ({
  path: copyrightOf(name),
  value: { licences },
});
const linked = (name: string, link: string) => ({ path: `usr/share/doc/${name}`, link });

const debs = [
  { item: item('gcc-base'), answer: [licensed('gcc-base', 'GPL-3+')] },
  { item: item('libgcc'), answer: [linked('libgcc', 'gcc-base')] },
  { item: item('libgcc', 'amd64'), answer: [linked('libgcc', 'gcc-base')] },
  { item: item('jq'), answer: [licensed('jq', 'Expat'), licensed('other', 'ISC')] },
  { item: item('jq', 'arm64', '2'), answer: [licensed('jq', 'CC0')] },
  { item: item('jq', 'arm64', '0'), answer: [{ path: copyrightOf('jq'), is: 'other' as const }] },
  { item: item('jq', 'arm64', '00'), answer: [] },
  { item: item('big'), answer: [{ path: copyrightOf('big'), is: 'unread' as const }] },
  { item: item('none'), answer: [] },
];
const found = licencesOfDebs(debs);
const of = (...words: Parameters<typeof item>) => found.get(debKey(item(...words)));

describe('the licences of packages', () => {
  it('are in the copyright file of each, and of no other', () => {
    expect(of('jq')).toEqual({ licences: ['Expat'], unread: [] });
    expect(of('jq', 'arm64', '2')).toEqual({ licences: ['CC0'], unread: [] });
    for (const version of ['0', '00'])
      expect(of('jq', 'arm64', version)).toEqual({ licences: [], unread: [] });
    expect(of('none')).toEqual({ licences: [], unread: [] });
    expect(of('big')).toEqual({ licences: [], unread: [copyrightOf('big')] });
  });

  it('are in that of another one that comes along for the same boards, where a link says so', () => {
    expect(of('libgcc')).toEqual({ licences: ['GPL-3+'], unread: [] });
    expect(of('libgcc', 'amd64')).toEqual({ licences: [], unread: [] });
  });

  it('stand in the bill of materials, the same in whatever order they were found', () => {
    const contents = debs.map(({ item }) => item);
    const manifest = { format: 1 as const, name: 'site', serial: 1, created: '2026-11-22', contents };
    const text = sbomText(manifest, new Map(), found);
    const { components } = JSON.parse(text) as { components: readonly Record<string, unknown>[] };
    const [gcc, big] = ['gcc-base_1_arm64.deb', 'big_1_arm64.deb'].map((what) =>
      components.find(({ name }) => name === what),
    );
    expect(gcc?.['licenses']).toEqual([{ license: { id: 'GPL-3.0-or-later', acknowledgement: 'declared' } }]);
    expect(big?.['properties']).toEqual([{ name: 'edgectl:unread', value: copyrightOf('big') }]);
    expect(components.filter(({ licenses }) => licenses)).toHaveLength(4);
    fc.assert(
      fc.property(fc.shuffledSubarray(debs, { minLength: debs.length }), (shuffled) => {
        expect(sbomText(manifest, new Map(), licencesOfDebs(shuffled))).toBe(text);
      }),
    );
  });
});
