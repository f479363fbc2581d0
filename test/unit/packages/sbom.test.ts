import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BundleItem } from '../../../src/domain/bundles/manifest.ts';
import { sbomText } from '../../../src/domain/bundles/sbom.ts';
import { packagesIn } from '../../../src/domain/packages/image-packages.ts';
import { PACKAGE_QUESTION, type Reading } from '../../../src/domain/packages/question.ts';
import { digest } from '../../../src/support/digest.ts';

const APP = 'registry.example/app:1';
const item = (role: BundleItem['role'], what: string, more: Partial<BundleItem> = {}): BundleItem => ({
  what,
  role,
  arch: 'arm64',
  digest: digest(`${role} ${what}`),
  size: 1,
  ...more,
});
const layer = (files: Readonly<Record<string, string>>) =>
  Object.entries(files).map(([path, content]) => {
    const value = PACKAGE_QUESTION.read(path, content);
    return value ? { path, value } : { path, is: 'other' as const };
  });

const DEBIAN = packagesIn([
  layer({
    'etc/os-release': 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n',
    'var/lib/dpkg/status':
      'Package: libc6\nStatus: install ok installed\nVersion: 2.36-9\nArchitecture: arm64\n\nPackage: zlib1g\nStatus: install ok installed\nVersion: 1:1.2.13.dfsg-1\nArchitecture: arm64\n',
    'usr/share/doc/zlib1g/copyright':
      'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: Zlib\n\nFiles: debian/*\nLicense: GPL-2+ and public-domain\n',
  }),
]);
const ALPINE = packagesIn([
  layer({
    'etc/os-release': 'ID=alpine\nVERSION_ID=3.20.3\n',
    'lib/apk/db/installed':
      'P:musl\nV:1.2.5-r0\nA:aarch64\nL:MIT\n\nP:libstdc++\nV:13-r1\nA:aarch64\nL:GPL-2.0-or-later AND LGPL-2.1-or-later\n',
  }),
  [{ path: 'usr/lib/apk/db/installed', is: 'unread' }],
]);

const contents = [
  item('image', APP),
  item('image-layer', APP),
  item('image', 'registry.example/other:2'),
  item('deb', 'jq_1.6_arm64.deb', { version: '1.6', purl: 'pkg:deb/debian/jq@1.6?arch=arm64' }),
  item('k3s-binary', 'k3s-arm64'),
  item('model', 'a model.onnx', { arch: 'any' }),
];
const manifest = { format: 1 as const, name: 'site', serial: 1, created: '2026-11-22', contents };
const packages = new Map([
  [`${APP} arm64`, DEBIAN],
  ['registry.example/other:2 arm64', ALPINE],
]);
const text = sbomText(manifest, packages);

interface Component {
  readonly 'bom-ref': string;
  readonly type: string;
  readonly name: string;
  readonly version?: string;
  readonly purl?: string;
  readonly licenses?: readonly object[];
  readonly properties?: readonly object[];
  readonly components?: readonly Component[];
}
const bom = JSON.parse(text) as {
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
};
const component = (name: string) => bom.components.find((each) => each.name === name);

describe('the bill of materials', () => {
  // The schema is big, and is compiled twice: seconds on a busy machine.
  it('is valid by the official schema of CycloneDX 1.6', async () => {
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
    expect(await validator.validate(text)).toBeNull();
    expect(await validator.validate(text.replace('"operating-system"', '"system"'))).not.toBeNull();
  }, 60_000);

  it('has what is installed inside each image, with package URLs and licences', () => {
    const inside = (name: string) =>
      component(name)?.components?.map(({ purl, version, licenses }) => ({ purl, version, licenses }));
    const acknowledgement = 'declared';
    expect(inside(APP)).toEqual([
      { purl: undefined, version: '12', licenses: undefined },
      {
        purl: 'pkg:deb/debian/libc6@2.36-9?arch=arm64&distro=bookworm',
        version: '2.36-9',
        licenses: undefined,
      },
      {
        purl: 'pkg:deb/debian/zlib1g@1:1.2.13.dfsg-1?arch=arm64&distro=bookworm',
        version: '1:1.2.13.dfsg-1',
        licenses: [
          { license: { id: 'Zlib', acknowledgement } },
          { license: { name: 'GPL-2+ and public-domain', acknowledgement } },
        ],
      },
    ]);
    expect(inside('registry.example/other:2')?.slice(1)).toEqual([
      {
        purl: 'pkg:apk/alpine/libstdc%2B%2B@13-r1?arch=aarch64&distro=alpine-3.20.3',
        version: '13-r1',
        licenses: [{ expression: 'GPL-2.0-or-later AND LGPL-2.1-or-later', acknowledgement }],
      },
      {
        purl: 'pkg:apk/alpine/musl@1.2.5-r0?arch=aarch64&distro=alpine-3.20.3',
        version: '1.2.5-r0',
        licenses: [{ license: { id: 'MIT', acknowledgement } }],
      },
    ]);
    expect(component('registry.example/other:2')?.properties).toEqual([
      { name: 'edgectl:unread', value: 'usr/lib/apk/db/installed' },
    ]);
  });

  it('says what depends on what, each component by a name of its own', () => {
    const refs = bom.components
      .flatMap((each) => [each, ...(each.components ?? [])])
      .map((each) => each['bom-ref']);
    expect(new Set(refs).size).toBe(refs.length);
    const dependsOn = (ref: string) => bom.dependencies.find((each) => each.ref === ref)?.dependsOn;
    expect(dependsOn('bundle')).toEqual(bom.components.map((each) => each['bom-ref']));
    expect(dependsOn(`image/${APP}/arm64`)).toEqual(
      component(APP)?.components?.map((each) => each['bom-ref']),
    );
  });

  it('is the same in whatever order its contents were found, and has no time of its own', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(contents, { minLength: contents.length }), (shuffled) => {
        expect(sbomText({ ...manifest, contents: shuffled }, packages)).toBe(text);
      }),
    );
    expect(text).toContain('"timestamp": "2026-11-22T00:00:00.000Z"');
  });
});

describe('what an image has installed', () => {
  const read = (path: string, content: string): { path: string; value: Reading } => {
    const value = PACKAGE_QUESTION.read(path, content);
    if (!value) throw new Error(path);
    return { path, value };
  };
  const one = (name: string) => `Package: ${name}\nVersion: 1\nArchitecture: all\n`;

  it('is in the files of distroless images too, the layers over one another', () => {
    const found = packagesIn([
      [read('var/lib/dpkg/status.d/one', one('one')), read('var/lib/dpkg/status.d/two', one('two'))],
      [{ path: 'var/lib/dpkg/status.d/one', is: 'gone' }, read('var/lib/dpkg/status.d/three', one('three'))],
    ]);
    expect(found.packages.map(({ name }) => name)).toEqual(['three', 'two']);
  });

  it('is named once, though two paths lead to it', () => {
    const found = packagesIn([
      [
        { path: 'lib', link: 'usr/lib' },
        read('usr/lib/apk/db/installed', 'P:musl\nV:1\nA:x86_64\n'),
        { path: 'etc/os-release', link: '../usr/lib/os-release' },
        read('usr/lib/os-release', 'ID=wolfi\n'),
      ],
    ]);
    expect(found.packages).toHaveLength(1);
    expect(found.system).toEqual({ id: 'wolfi' });
  });
});
