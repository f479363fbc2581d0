import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundleSource } from '../../../src/actions/bundle-source.ts';
import { bundleAt } from '../../../src/adapters/bundle/bundle-at.ts';
import { newSigningKey } from '../../../src/adapters/pki/signing-key.ts';
import { Problem } from '../../../src/support/problem.ts';
import { bundleYard, type SmallBundle, VERSION } from '../../support/small-bundle.ts';

let yard: ReturnType<typeof bundleYard>;
beforeEach(() => {
  yard = bundleYard();
});
afterEach(() => yard.remove());

type Trust = Parameters<typeof bundleSource>[2];
const source = (trust: Partial<Trust> = {}) =>
  bundleSource(bundleAt(yard.at('site')), VERSION, { ...yard.trust, ...trust });
/** Why nothing is used of a bundle: everything that `init` asks of its source has the same answer. */
const refusal = async (trust: Partial<Trust> = {}) => {
  const answers = await Promise.all(
    (['release', 'mark'] as const).map((what) =>
      source(trust)
        [what]?.()
        .then(
          () => 'taken',
          (error: unknown) => (error instanceof Problem ? `${error.code} ${error.message}` : String(error)),
        ),
    ),
  );
  expect(new Set(answers).size).toBe(1);
  return answers[0]?.replaceAll(`${yard.folder}/`, '');
};
const edit = (name: string, change: (text: string) => string) =>
  writeFileSync(yard.at('site', name), change(readFileSync(yard.at('site', name), 'utf8')));
const make = (of: SmallBundle = {}) => yard.make('site', of);

describe('nothing is used of a bundle', () => {
  it('that is not signed', async () => {
    await make({ unsigned: true });
    expect(await refusal()).toBe('BUNDLE_UNTRUSTED site: it is not signed; nothing of it is used');
    expect(await refusal({ allowUnsigned: true })).toBe('taken');
  });

  it('whose key is unknown, or has ended', async () => {
    await make();
    const stranger = newSigningKey().publicKey;
    expect(await refusal({ keys: [{ id: 'other', publicKey: stranger }] })).toBe(
      `BUNDLE_UNTRUSTED site: it is signed by the key ${yard.publicKey}, which is not trusted; nothing of it is used`,
    );
    const ended = [{ id: 'release', publicKey: yard.publicKey, notAfter: '2026-11-21' }];
    expect(await refusal({ keys: ended })).toBe(
      'BUNDLE_UNTRUSTED site: the key that signed it has ended: "release" (2026-11-21); nothing of it is used',
    );
    expect(await refusal({ keys: ended, allowUnsigned: true })).toBe('taken');
  });

  it('whose bundle.json was changed, even where no signature is wanted, and before it is parsed', async () => {
    await make();
    edit('bundle.json', () => 'not even JSON');
    const torn =
      'bundle.json is not what the key "release" signed: it was changed afterwards; nothing of it is used';
    expect(await refusal()).toBe(`BUNDLE_UNTRUSTED site: ${torn}`);
    expect(await refusal({ allowUnsigned: true })).toBe(`BUNDLE_UNTRUSTED site: ${torn}`);
    expect(await refusal({ keys: [], allowUnsigned: true })).toContain(`the key "${yard.publicKey}" signed`);
  });

  it('whose index.json was replaced, or is gone', async () => {
    await make();
    edit('index.json', (text) => text.replace('"manifests": []', '"manifests": [ ]'));
    rmSync(yard.at('site/sbom.cdx.json'));
    expect(await refusal()).toBe(
      'BUNDLE_INVALID site: index.json was changed, sbom.cdx.json is missing; nothing of it is used',
    );
  });

  it('that is none, where something else lies; one that was carried away is no bundle to ask', async () => {
    await make();
    rmSync(yard.at('site/bundle.json'));
    expect(await refusal()).toBe('BUNDLE_INVALID site is no bundle: it has no bundle.json');
    rmSync(yard.at('site'), { recursive: true });
    expect(await source().mark?.()).toBeUndefined();
    await expect(source().release()).rejects.toThrow('is no bundle');
  });
});

it('a bundle says which it is: its name, its serial, and its digest', async () => {
  await make({ serial: 7 });
  expect(await source().mark?.()).toEqual({
    name: 'site',
    serial: 7,
    digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
  });
});
