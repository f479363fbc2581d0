import { expect, it } from 'vitest';
import { debFaults } from '../../../src/domain/bundles/deb-faults.ts';
import { debFileName, readDebFileName } from '../../../src/domain/debian/package.ts';
import { debPurl, readDebPurl } from '../../../src/domain/debian/purl.ts';
import { controlText } from '../../support/deb.ts';

const ONE = { name: 'libone++1', version: '1:2.0~rc1+b1-3', arch: 'arm64' };
const item = {
  what: 'libone++1_1%3a2.0~rc1+b1-3_arm64.deb',
  arch: 'arm64' as const,
  version: ONE.version,
  purl: debPurl(ONE, { origin: 'Debian', codename: 'bookworm' }),
};
const control = (of: Partial<typeof ONE> = {}) => {
  const { name, version, arch } = { ...ONE, ...of };
  return controlText(name, version, arch);
};

it('file names and package URLs are read as they are written', () => {
  expect(debFileName({ ...ONE } as never)).toBe(item.what);
  expect(readDebFileName(item.what)).toEqual(ONE);
  expect(readDebPurl(item.purl)).toEqual(ONE);
  expect(['one.deb', 'one_1.deb', 'one_1_arm64.rpm'].map(readDebFileName)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect([readDebPurl('pkg:apk/alpine/one@1?arch=x'), readDebPurl('pkg:deb')]).toEqual([
    undefined,
    undefined,
  ]);
});

it('a package is what bundle.json says of it, or each difference is a fault', () => {
  expect(debFaults(item, control())).toEqual([]);
  const says = (field: string, found: string, wanted: string) =>
    `its control file says ${field} ${found}, bundle.json says ${wanted}`;
  expect(debFaults(item, control({ name: 'libtwo', version: '1' }))).toEqual([
    says('Package', 'libtwo', ONE.name),
    says('Version', '1', ONE.version),
  ]);
  expect(debFaults(item, control({ arch: 'amd64' }))).toEqual([
    says('Architecture', 'amd64', 'arm64'),
    'it is for amd64, bundle.json has it for arm64',
  ]);
  // bundle.json says it in three places: each of them counts.
  expect(debFaults({ ...item, version: '7' }, control())).toEqual([says('Version', ONE.version, '7')]);
  const other = debPurl({ ...ONE, name: 'libtwo' }, { origin: 'Debian', codename: '' });
  expect(debFaults({ ...item, purl: other }, control())).toEqual([says('Package', ONE.name, 'libtwo')]);
});

it('a package for all architectures goes to the boards of each', () => {
  const all = { what: 'one_1_all.deb', arch: 'amd64' as const };
  expect(debFaults(all, controlText('one', '1', 'all'))).toEqual([]);
  expect(debFaults({ ...all, what: 'one_1_i386.deb' }, controlText('one', '1', 'i386'))).toEqual([
    'it is for i386, bundle.json has it for amd64',
  ]);
});

it('what is no package, or not called like one, is said', () => {
  expect(debFaults(item, 'Package: one\n')).toEqual([
    'its control file has no sound Package, Version and Architecture',
  ]);
  expect(debFaults(item, '')).toEqual(['its control file has no sound Package, Version and Architecture']);
  expect(debFaults({ ...item, what: 'one.deb', purl: 'pkg:rpm/one@1' }, control())).toEqual([
    'bundle.json does not call it NAME_VERSION_ARCHITECTURE.deb',
    'bundle.json has pkg:rpm/one@1 for it, which is no package URL of one',
  ]);
});
