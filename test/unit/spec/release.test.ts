import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRelease, releasePath } from '../../../src/spec/release.ts';
import { isProblems } from '../../../src/support/problem.ts';

const VERSION = 'v1.34.2+k3s1';
const sum = (digit: string) => digit.repeat(64);

const AMD64 = `${sum('a')}  k3s
${sum('b')}  k3s-airgap-images-amd64.tar
${sum('c')}  k3s-airgap-images-amd64.tar.gz
${sum('d')}  k3s-airgap-images-amd64.tar.zst
${sum('e')}  k3s-images.txt
`;

const refusal = (list: string) => {
  const release = readRelease(VERSION, { 'sha256sum-amd64.txt': list });
  return isProblems(release) ? release.problems.map(({ code, message }) => `${code} ${message}`) : release;
};

test('a release is a binary and its images for each architecture that has both', () => {
  const arm64 = `${sum('1')} *k3s-arm64\r\n${sum('2')}  ./k3s-airgap-images-arm64.tar.gz\r\n`;
  expect(readRelease(VERSION, { 'sha256sum-amd64.txt': AMD64, 'sha256sum-arm64.txt': arm64 })).toEqual({
    amd64: {
      binary: { name: 'k3s', sha256: sum('a') },
      images: { name: 'k3s-airgap-images-amd64.tar.zst', sha256: sum('d') },
    },
    arm64: {
      binary: { name: 'k3s-arm64', sha256: sum('1') },
      images: { name: 'k3s-airgap-images-arm64.tar.gz', sha256: sum('2') },
    },
  });
});

test('an architecture without its list, its binary or its images is absent', () => {
  expect(readRelease(VERSION, {})).toEqual({});
  expect(readRelease(VERSION, { 'sha256sum-amd64.txt': `${sum('a')}  k3s\n` })).toEqual({});
  expect(readRelease(VERSION, { 'sha256sum-arm64.txt': AMD64 })).toEqual({});
});

test('a list that is damaged, or none, is refused', () => {
  expect(refusal('<html><body>Sign in to the hotel network</body></html>\n')).toEqual([
    'SOURCE_UNAVAILABLE sha256sum-amd64.txt of k3s v1.34.2+k3s1 is no list of sha256 checksums',
  ]);
  expect(refusal('')).toEqual([
    'SOURCE_UNAVAILABLE sha256sum-amd64.txt of k3s v1.34.2+k3s1 is no list of sha256 checksums',
  ]);
  expect(refusal(AMD64.replace(sum('d'), sum('d').slice(1)))).toEqual([
    'SOURCE_UNAVAILABLE sha256sum-amd64.txt of k3s v1.34.2+k3s1 has a malformed checksum for k3s-airgap-images-amd64.tar.zst',
  ]);
  expect(refusal(AMD64.replace(sum('e'), 'oops'))).toMatchObject({ amd64: { binary: { name: 'k3s' } } });
});

test('any text is a list or is refused', () => {
  const piece = fc.constantFrom(
    sum('a'),
    'k3s',
    'k3s-airgap-images-amd64.tar.zst',
    '  ',
    ' *',
    '\n',
    '../',
    'x',
  );
  fc.assert(
    fc.property(
      fc.array(piece).map((pieces) => pieces.join('')),
      (list) => {
        const release = readRelease(VERSION, { 'sha256sum-amd64.txt': list });
        if (isProblems(release)) expect(release.problems).toHaveLength(1);
        else if (release.amd64) expect(release.amd64.binary).toEqual({ name: 'k3s', sha256: sum('a') });
      },
    ),
  );
});

test.each([
  [
    'https://github.com/k3s-io/k3s/releases/download',
    'https://github.com/k3s-io/k3s/releases/download/v1.34.2%2Bk3s1/k3s',
  ],
  ['http://10.20.0.2:8080/', 'http://10.20.0.2:8080/v1.34.2%2Bk3s1/k3s'],
  ['/srv/k3s', '/srv/k3s/k3s'],
  ['/srv/k3s/', '/srv/k3s/k3s'],
])('a file of %s lies at %s', (source, path) => {
  expect(releasePath(source, VERSION, 'k3s')).toBe(path);
});
