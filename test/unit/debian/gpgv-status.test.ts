import { describe, expect, it } from 'vitest';
import { readGpgvStatus } from '../../../src/adapters/debian/gpgv-status.ts';

const FINGERPRINT = 'ED541312A33F1128F10B1C6C54404762BBB6E853';
const lines = (...all: readonly string[]) => all.map((line) => `[GNUPG:] ${line}\n`).join('');
const good = (hash = 8) => [
  'NEWSIG',
  'GOODSIG 54404762BBB6E853 Debian Security Archive',
  `VALIDSIG ${FINGERPRINT} 2026-11-20 1795133563 0 4 0 1 ${hash} 01 AC530D520F2F3269F5E98313A48449044AAD5C5D`,
];
const unknown = ['NEWSIG', 'ERRSIG BDE6D2B9216EC7A8 1 8 01 1795133563 9 -', 'NO_PUBKEY BDE6D2B9216EC7A8'];

describe('what gpgv says', () => {
  it('is good with one good signature, beside those of unknown keys', () => {
    expect(readGpgvStatus(lines('PLAINTEXT 74 0', ...good()))).toEqual({
      good: true,
      bad: false,
      reasons: [],
    });
    expect(readGpgvStatus(lines('PLAINTEXT 74 0', ...unknown, ...good()))).toEqual({
      good: true,
      bad: false,
      reasons: ['the key BDE6D2B9216EC7A8 is not in the keyring'],
    });
  });

  it('is bad with one that does not fit, or with more than one text', () => {
    expect(readGpgvStatus(lines(...good(), 'NEWSIG', 'BADSIG 0123 somebody'))).toMatchObject({ bad: true });
    expect(readGpgvStatus(lines('PLAINTEXT 74 0', ...good(), 'PLAINTEXT 74 0'))).toMatchObject({ bad: true });
  });

  it('is nothing good otherwise', () => {
    for (const [status, reason] of [
      [good(2), `the signature by the key ${FINGERPRINT} has a weak hash`],
      [['NEWSIG', 'EXPKEYSIG 0123 x', ...good().slice(2)], 'the key 0123 has expired'],
      [['NEWSIG', 'REVKEYSIG 0123 x', ...good().slice(2)], 'the key 0123 was revoked'],
      [['NEWSIG', 'EXPSIG 0123 x', ...good().slice(2)], 'the signature by the key 0123 has expired'],
      [['NEWSIG', 'ERRSIG 0123 1 8 01 1 4 -'], 'the signature by 0123 cannot be checked'],
      [good().slice(0, 2), 'the signature by a key cannot be checked'],
    ] as const)
      expect(readGpgvStatus(lines(...status))).toEqual({ good: false, bad: false, reasons: [reason] });
    expect(readGpgvStatus('gpgv: GOODSIG 1\nGOODSIG 1\n')).toEqual({ good: false, bad: false, reasons: [] });
  });
});
