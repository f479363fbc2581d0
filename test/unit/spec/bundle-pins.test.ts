import { describe, expect, it } from 'vitest';
import { readBundlePins } from '../../../src/spec/bundle-pins.ts';
import { isProblems } from '../../../src/support/problem.ts';

const SHA = 'a'.repeat(64);
const head = `apiVersion: edgectl/v1
kind: BundlePins
metadata: { name: site, serial: 7, created: 2026-11-22 }
`;
const read = (spec: string) => readBundlePins(`${head}${spec}`, 'images/bundle.yaml', '/site/images');
const faults = (text: string) => {
  const result = readBundlePins(text, 'images/bundle.yaml', '/site/images');
  return isProblems(result) ? result.problems.map(({ code, message }) => `${code} ${message}`) : [];
};

describe('a file of pins', () => {
  it('has defaults, and sources that start at the file', () => {
    expect(
      read(`spec:
  k3s: { version: v1.34.2+k3s1 }
  files:
    - { name: smoke.onnx, source: models/smoke.onnx, sha256: ${SHA}, role: model }
    - { name: tool.tar, source: https://example.org/tool.tar, sha256: ${SHA}, arch: arm64 }
`),
    ).toMatchObject({
      spec: {
        k3s: { version: 'v1.34.2+k3s1', source: 'https://github.com/k3s-io/k3s/releases/download' },
        files: [
          { name: 'smoke.onnx', source: '/site/images/models/smoke.onnx', arch: 'any', role: 'model' },
          { name: 'tool.tar', source: 'https://example.org/tool.tar', arch: 'arm64', role: 'file' },
        ],
      },
    });
  });

  it('says every fault at once, with its place', () => {
    expect(
      faults(`apiVersion: edgectl/v1
kind: BundlePins
metadata: { name: Site, serial: 0, created: 2026-02-30 }
spec:
  k3s: { versoin: v1.34.2+k3s1 }
  files:
    - { name: a/b, source: x, sha256: ${SHA} }
    - { name: c, source: x, sha256: abc, arch: arm }
    - { name: c, source: y, sha256: ${SHA}, arch: arm }
`),
    ).toEqual([
      'BUNDLE_PINS_INVALID images/bundle.yaml:3:19 "name" wants lower-case letters, digits, "-" and ".", got "Site"',
      'BUNDLE_PINS_INVALID images/bundle.yaml:3:33 "serial" wants a whole number from 1 to 2147483647, got 0',
      'BUNDLE_PINS_INVALID images/bundle.yaml:3:45 "created" wants a day such as 2028-01-01, got "2026-02-30"',
      'BUNDLE_PINS_INVALID images/bundle.yaml:5:3 missing key "version" in k3s',
      'BUNDLE_PINS_INVALID images/bundle.yaml:5:10 unknown key "versoin" in k3s; did you mean "version"?',
      'BUNDLE_PINS_INVALID images/bundle.yaml:7:15 "name" wants a file name without a folder, got "a/b"',
      'BUNDLE_PINS_INVALID images/bundle.yaml:8:37 "sha256" wants a sha256 of 64 hex digits, got "abc"',
      'BUNDLE_PINS_INVALID images/bundle.yaml:8:48 "arch" wants amd64 or arm64 or any, got "arm"',
      'BUNDLE_PINS_INVALID images/bundle.yaml:9:15 "c" stands twice for the same boards',
      'BUNDLE_PINS_INVALID images/bundle.yaml:9:109 "arch" wants amd64 or arm64 or any, got "arm"',
    ]);
  });

  it('names something', () => {
    expect(faults(`${head}spec: {}\n`)).toEqual([
      'BUNDLE_PINS_INVALID images/bundle.yaml:4:1 nothing goes into this bundle: say "k3s", "images", "debs" or "files"',
    ]);
  });
});
