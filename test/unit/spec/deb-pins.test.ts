import { describe, expect, it } from 'vitest';
import { readBundlePins } from '../../../src/spec/bundle-pins.ts';
import { isProblems } from '../../../src/support/problem.ts';

const read = (debs: string) =>
  readBundlePins(
    `apiVersion: edgectl/v1
kind: BundlePins
metadata: { name: site, serial: 7, created: 2026-11-22 }
spec:
  debs:
${debs}`,
    'pins.yaml',
    '/site/images',
  );
const faults = (debs: string) => {
  const result = read(debs);
  return isProblems(result) ? result.problems.map(({ message }) => message) : [];
};

describe('the archives of a file of pins', () => {
  it('have defaults, and places that start at the file', () => {
    expect(
      read(`    - { archive: http://mirror.example/debian, suite: bookworm, keyring: keys/debian.gpg, packages: [chrony] }
    - { archive: mirror, suite: ./, keyring: /keys/nvidia.asc, packages: [cuda-toolkit=12.6.3-1], arch: [arm64], present: jetson.status }
`),
    ).toMatchObject({
      spec: {
        debs: [
          {
            archive: 'http://mirror.example/debian',
            components: ['main'],
            keyring: '/site/images/keys/debian.gpg',
          },
          {
            archive: '/site/images/mirror',
            keyring: '/keys/nvidia.asc',
            present: '/site/images/jetson.status',
          },
        ],
      },
    });
  });

  it('have every fault named at once', () => {
    expect(
      faults(`    - { archive: http://u:p@deb/debian, suite: ../x, keyring: k, trusted: yes, packages: [Chrony] }
    - { archive: a, suite: ./, keyring: k, components: [main], packages: [one, one=2] }
    - { archive: b, suite: x, keyring: k, release: abc, arch: [arm], packages: [one] }
    - { archive: b, suite: x, packages: [one], present: other }
`),
    ).toEqual([
      'pins.yaml:6:18 "archive" wants an http(s) address without user, password or query, or a folder, got "http://‹…›@deb/debian"',
      'pins.yaml:6:48 "suite" wants a suite such as bookworm, or a folder that ends in "/", got "../x"',
      'pins.yaml:6:66 unknown key "trusted" in an archive',
      'pins.yaml:6:91 an entry of packages wants a package such as chrony or chrony=4.3-2, got "Chrony"',
      'pins.yaml:7:44 a flat archive has no components',
      'pins.yaml:7:80 "one" stands twice for the same boards',
      'pins.yaml:8:52 "release" wants a sha256 of 64 hex digits, got "abc"',
      'pins.yaml:8:64 an entry of arch wants amd64 or arm64, got "arm"',
      'pins.yaml:9:7 missing key "keyring" in an archive',
    ]);
    expect(faults('    - { archive: a, suite: x, keyring: k }\n')).toEqual([
      'pins.yaml:5:3 none of these archives has "packages" to bring',
    ]);
  });
});
