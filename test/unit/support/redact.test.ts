import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redact } from '../../../src/support/redact.ts';

const SECRET = `it's "a" secret/pass+word`;
const base64 = (text: string) => Buffer.from(text).toString('base64');

test.each([
  ['as it is', `token: ${SECRET}!`, 'token: ‹redacted›!'],
  ['quoted for a shell', String.raw`echo 'it'\''s "a" secret/pass+word'`, `echo '‹redacted›'`],
  ['in JSON', JSON.stringify({ token: SECRET }), '{"token":"‹redacted›"}'],
  ['in a URL', `https://h/?t=${encodeURIComponent(SECRET)}`, 'https://h/?t=‹redacted›'],
  ['in base64', `Secret: ${base64(SECRET)}`, 'Secret: ‹redacted›'],
  ['twice', `${SECRET} ${SECRET}`, '‹redacted› ‹redacted›'],
])('a secret does not show %s', (_, text, clean) => {
  expect(redact(text, ['another-one', SECRET])).toBe(clean);
});

test('a secret does not show in the base64 of something longer', () => {
  for (const user of ['', 'a', 'ab', 'abc']) {
    const clean = redact(`Basic ${base64(`${user}:hunter2hunter2:x`)}`, ['hunter2hunter2']);
    expect(clean).toMatch(/^Basic .{0,8}‹redacted›.{0,8}$/);
  }
});

test('a line of a key file does not show, its frame does', () => {
  const line = 'b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAA';
  const key = `-----BEGIN OPENSSH PRIVATE KEY-----\n${line}\n-----END OPENSSH PRIVATE KEY-----\n`;
  expect(redact(`1: -----BEGIN OPENSSH PRIVATE KEY-----\n2: ${line}`, [key])).toBe(
    '1: -----BEGIN OPENSSH PRIVATE KEY-----\n2: ‹redacted›',
  );
});

test('short and empty secrets are left alone', () => {
  expect(redact('a plain line', ['', 'plain'])).toBe('a plain line');
  expect(redact('a plain line', [])).toBe('a plain line');
});

test('of two secrets where one holds the other, all of the longer goes', () => {
  expect(redact('x secret-token-1 y', ['secret', 'secret-token-1'])).toBe('x ‹redacted› y');
});

test('no secret is left, whatever stands around it', () => {
  // Letters that the mark does not have: a secret may not be made by the mark and its neighbours.
  const secret = fc.string({
    unit: fc.constantFrom(...`KZ019'"\\/$.*+?()[]{}|^-= \n\té💡`),
    minLength: 6,
    maxLength: 40,
  });
  const around = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(secret, around, around, (value, before, after) => {
      const forms = [
        value,
        JSON.stringify(value).slice(1, -1),
        base64(value),
        value.replaceAll("'", `'\\''`),
      ];
      for (const form of forms) {
        const clean = redact(before + form + after, [value]);
        for (const each of forms) expect(clean).not.toContain(each);
      }
    }),
  );
});

test('a text without the secret stays as it is', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(redact(text, ['correct-horse-battery-staple'])).toBe(text);
    }),
  );
});
