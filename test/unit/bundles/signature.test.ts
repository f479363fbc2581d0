import { describe, expect, it } from 'vitest';
import { newSigningKey } from '../../../src/adapters/pki/signing-key.ts';
import { readSigningKey, signatureText, signerOf } from '../../../src/domain/bundles/signature.ts';
import { Problem } from '../../../src/support/problem.ts';

const release = newSigningKey();
const other = newSigningKey('a passphrase');
const manifest = '{"name":"site"}\n';
const signed = signatureText(manifest, readSigningKey(release.pem, 'release.key'));

const judge = (of: Partial<Parameters<typeof signerOf>[0]>) => {
  const signer = signerOf({
    bundle: 'site.bundle',
    manifest,
    signature: signed,
    trust: [{ id: 'release', publicKey: release.publicKey, notAfter: '2026-11-22' }],
    today: '2026-11-22',
    ...of,
  });
  return signer instanceof Problem ? `${signer.code} ${signer.message}` : signer;
};

describe('the signature of a bundle', () => {
  it('counts to the last day of its key', () => {
    expect(judge({})).toBe('release');
    expect(judge({ today: '2026-11-23' })).toBe(
      'BUNDLE_UNTRUSTED site.bundle: the key that signed it has ended: "release" (2026-11-22); nothing of it is used',
    );
  });

  it('does not count on a manifest that was changed', () => {
    expect(judge({ manifest: '{"name":"sites"}\n' })).toBe(
      'BUNDLE_UNTRUSTED site.bundle: bundle.json is not what the key "release" signed: it was changed afterwards; nothing of it is used',
    );
  });

  it('does not count when nobody trusts its key, is none, or is not there', () => {
    expect(judge({ trust: [{ id: 'other', publicKey: other.publicKey }] })).toContain(
      `it is signed by the key ${release.publicKey}, which is not trusted`,
    );
    expect(judge({ signature: 'garbage' })).toContain('bundle.json.sig is no signature');
    expect(judge({ signature: undefined })).toContain('it is not signed');
  });

  it('is not taken for that of a trusted key because it names one', () => {
    const forged = signatureText(manifest, readSigningKey(other.pem, 'other.key', 'a passphrase')).replace(
      other.publicKey,
      release.publicKey,
    );
    expect(judge({ signature: forged })).toContain('it was changed afterwards');
  });
});

describe('a signing key', () => {
  it('opens with its passphrase only', () => {
    expect(other.pem).toContain('ENCRYPTED');
    expect(() => readSigningKey(other.pem, 'other.key', 'wrong')).toThrow('other.key: no private key');
    expect(readSigningKey(other.pem, 'other.key', 'a passphrase').asymmetricKeyType).toBe('ed25519');
  });
});
