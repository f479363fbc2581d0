import { describe, expect, it } from 'vitest';
import type { SupportFile } from '../../../src/ports/support-archive.ts';
import { scrubber } from '../../../src/support/scrub.ts';

const scrub = scrubber(['9b1f0c2d3e4f5a6b7c8d9e0f1a2b3c4d', 'open sesame']);
const HASH = 'a'.repeat(64);

describe('a scrubber', () => {
  it.each([
    [
      'a secret that it was told',
      'joined with 9b1f0c2d3e4f5a6b7c8d9e0f1a2b3c4d today',
      'joined with ‹redacted› today',
    ],
    [
      'one in base64',
      `auth ${Buffer.from('node:open sesame').toString('base64')}`,
      /^auth .{0,8}‹redacted›.{0,4}$/,
    ],
    ['a token of this one', `K10${HASH}::node:9b1f0c2d3e4f5a6b7c8d9e0f1a2b3c4d joins`, '‹redacted› joins'],
    ['the token of another cluster', `token K10${HASH}::node:0a1b2c3d4e5f joined`, 'token ‹redacted› joined'],
    ['a bootstrap token', 'using abcdef.0123456789abcdef now', 'using ‹redacted› now'],
    [
      'a private key',
      'a\n-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY-----\nb',
      'a\n‹redacted›\nb',
    ],
    ['one that was cut off', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl', '‹redacted›'],
    [
      'a key in a kubeconfig',
      'client-key-data: LS0tLS1CRUdJTiBFQyBQUklWQVRFIEtFWS0tLS0tCk1IY0M=',
      'client-key-data: ‹redacted›',
    ],
    [
      'a token of a service account',
      'got eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlcm5ldGVzIn0.c2lnbmF0dXJl',
      'got ‹redacted›',
    ],
    ['a header', 'Authorization: Bearer 0a1b2c3d4e5f', 'Authorization: Bearer ‹redacted›'],
    ['a login in a URL', 'proxy http://ann:hunter22@proxy:3128/', 'proxy http://‹redacted›@proxy:3128/'],
    [
      'a variable',
      'K3S_TOKEN=0a1b2c3d EDGECTL_SUDO_PASSWORD=hunter22',
      'K3S_TOKEN=‹redacted› EDGECTL_SUDO_PASSWORD=‹redacted›',
    ],
    ['a value in JSON', '{"password":"hunter22","user":"ann"}', '{"password":"‹redacted›","user":"ann"}'],
    [
      'JSON in JSON',
      String.raw`{"msg":"{\"apiKey\":\"hunter22\"}"}`,
      String.raw`{"msg":"{\"apiKey\":\"‹redacted›\"}"}`,
    ],
  ])('takes out %s', (_what, text, clean) => {
    if (typeof clean === 'string') expect(scrub(text)).toBe(clean);
    else expect(scrub(text)).toMatch(clean);
  });

  it('leaves the rest as it is', () => {
    const text =
      '2026-11-21T20:00:00Z box-a k3s[812]: level=info msg="Node cam-north joined, sha256:0a1b at 10.20.0.14:6443"';
    expect(scrub(text)).toBe(text);
  });
});

describe('a file of a support bundle', () => {
  it('has no type for text that was not scrubbed', () => {
    // @ts-expect-error only a scrubber makes such text
    const file: SupportFile = { path: 'k3s.log', content: 'token 0a1b' };
    expect(file.path).toBe('k3s.log');
  });
});
