import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { splitInParts } from '../../../src/actions/bundle-copy.ts';
import { bundleSource } from '../../../src/actions/bundle-source.ts';
import { verifyBundle } from '../../../src/actions/bundle-verify.ts';
import { bundleAt } from '../../../src/adapters/bundle/bundle-at.ts';
import { splitBundle } from '../../../src/adapters/bundle/split-bundle.ts';
import { newSigningKey } from '../../../src/adapters/pki/signing-key.ts';
import { readSigningKey, signatureText } from '../../../src/domain/bundles/signature.ts';
import type { Arch } from '../../../src/support/arch.ts';
import { Problem } from '../../../src/support/problem.ts';
import { bundleYard, sha, VERSION } from '../../support/small-bundle.ts';

// Each fault that a bundle can have on its way: one message with the name of the blob, part, file or key, whoever meets it.
// An older bundle than the hosts had is judged by the decision check-bundle, and has its cases there.
let yard: ReturnType<typeof bundleYard>;
beforeEach(() => {
  yard = bundleYard();
});
afterEach(() => yard.remove());

type Trust = Parameters<typeof bundleSource>[2];
const saidBy = (error: unknown): readonly string[] => {
  if (error instanceof AggregateError) return error.errors.flatMap(saidBy);
  return [error instanceof Problem ? error.message.replaceAll(`${yard.folder}/`, '') : String(error)];
};
const verify = (name: string, arches?: readonly Arch[], trust: Trust = yard.trust) =>
  verifyBundle(bundleAt(yard.at(name)), trust, arches, () => {}).then(
    ({ problems }) => problems.flatMap(saidBy),
    saidBy,
  );
/** What `init` and `bundle push` are told when they want the k3s of amd64. */
const use = async (name: string, trust: Trust = yard.trust) => {
  const source = bundleSource(bundleAt(yard.at(name)), VERSION, trust);
  try {
    const { amd64 } = await source.release();
    if (!amd64) return ['nothing for amd64'];
    await source.fetch({ name: amd64.binary.name, digest: `sha256:${amd64.binary.sha256}` });
    return ['used'];
  } catch (error) {
    return saidBy(error);
  }
};
const flip = (path: string, at: number) => {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
};
const PROGRAM = sha('program amd64');
const FLIPPED = sha('qrogram amd64');
const blob = (name: string) => yard.at(name, 'blobs/sha256', PROGRAM);

describe('one message with a name, and nothing is used', () => {
  it('a flipped byte of a blob', async () => {
    await yard.make('site');
    flip(blob('site'), 0);
    expect(await verify('site')).toEqual([
      `site: the blob of k3s (sha256:${PROGRAM}) does not have its digest`,
    ]);
    expect(await use('site')).toEqual([
      `site: the blob of k3s has the digest sha256:${FLIPPED}, not sha256:${PROGRAM}`,
    ]);
  });

  it('a flipped byte in one file, and in a part', async () => {
    const tar = await yard.make('site.tar', { file: true });
    await splitInParts(bundleAt(tar), yard.at('usb/site'), 3000, splitBundle, () => {});
    const at = readFileSync(tar).indexOf('program amd64');
    flip(tar, at);
    const said = `the blob of k3s (sha256:${PROGRAM}) does not have its digest`;
    expect(await verify('site.tar')).toEqual([`site.tar: ${said}`]);
    const part = `usb/site.${String(Math.floor(at / 3000)).padStart(3, '0')}`;
    flip(yard.at(part), at % 3000);
    expect(await verify('usb/site')).toEqual([`${part}: not what was split: usb/site: ${said}`]);
    expect(await use('usb/site')).toEqual([
      `${part}: not what was split: usb/site: the blob of k3s has the digest sha256:${FLIPPED}, not sha256:${PROGRAM}`,
    ]);
  });

  it('a part, a tar file and a blob that were cut off, and one that is missing', async () => {
    await yard.make('site');
    await splitInParts(bundleAt(yard.at('site')), yard.at('usb/site'), 3000, splitBundle, () => {});
    truncateSync(yard.at('usb/site.001'), 1000);
    const cut = ['usb/site.001: this part has 1000 bytes instead of 3000'];
    expect(await verify('usb/site')).toEqual(cut);
    expect(await use('usb/site')).toEqual(cut);
    const tar = await yard.make('site.tar', { file: true });
    truncateSync(tar, 700);
    expect(await use('site.tar')).toEqual(['site.tar is no whole tar file: it is cut off in bundle.json']);
    truncateSync(blob('site'), 3);
    expect(await verify('site')).toEqual([
      `site: the blob of k3s (sha256:${PROGRAM}) has 3 bytes instead of 13`,
    ]);
    rmSync(blob('site'));
    expect(await verify('site')).toEqual([`site: the blob of k3s (sha256:${PROGRAM}) is missing`]);
    expect(await use('site')).toEqual([`site: the blob of k3s (sha256:${PROGRAM}) is missing`]);
  });

  it('an architecture that is missing', async () => {
    await yard.make('site', { arches: ['arm64'] });
    expect(await verify('site', ['amd64', 'arm64'])).toEqual([
      'site: missing: the k3s program for amd64',
      'site: missing: the images of k3s for amd64',
    ]);
    expect(await use('site')).toEqual(['nothing for amd64']);
  });

  it('an index that was replaced', async () => {
    await yard.make('site');
    writeFileSync(yard.at('site/index.json'), '{"schemaVersion":2,"manifests":[]}');
    expect(await verify('site')).toEqual(['site: index.json was changed']);
    expect(await use('site')).toEqual(['site: index.json was changed; nothing of it is used']);
  });

  it('a key that is unknown or has ended, and a bundle.json that it did not sign', async () => {
    await yard.make('site');
    const end = 'nothing of it is used';
    const unknown = { ...yard.trust, keys: [] };
    const ended = {
      ...yard.trust,
      keys: [{ id: 'release', publicKey: yard.publicKey, notAfter: '2026-11-21' }],
    };
    for (const [trust, why] of [
      [unknown, `it is signed by the key ${yard.publicKey}, which is not trusted`],
      [ended, 'the key that signed it has ended: "release" (2026-11-21)'],
    ] as const) {
      expect(await verify('site', undefined, trust)).toEqual([`site: ${why}; ${end}`]);
      expect(await use('site', trust)).toEqual([`site: ${why}; ${end}`]);
    }
    const text = readFileSync(yard.at('site/bundle.json'));
    const changed = [
      `site: bundle.json is not what the key "release" signed: it was changed afterwards; ${end}`,
    ];
    const others = [
      Buffer.concat([Buffer.from('\uFEFF'), text]),
      Buffer.from(text.toString().replace('"serial": 1', '"serial": 9')),
      Buffer.from([0xff, ...text]),
    ];
    for (const other of others) {
      writeFileSync(yard.at('site/bundle.json'), other);
      expect(await verify('site')).toEqual(changed);
      expect(await use('site')).toEqual(changed);
    }
  });

  it('a manifest is only looked at once its signature counts', async () => {
    await yard.make('site');
    const key = newSigningKey();
    const odd = '{"format":2}\n';
    writeFileSync(yard.at('site/bundle.json'), odd);
    const signed = signatureText(odd, readSigningKey(key.pem, 'other.key'));
    writeFileSync(yard.at('site/bundle.json.sig'), signed);
    expect(await verify('site')).toEqual([
      `site: it is signed by the key ${key.publicKey}, which is not trusted; nothing of it is used`,
    ]);
    const trust = { ...yard.trust, keys: [{ id: 'other', publicKey: key.publicKey }] };
    expect(await verify('site', undefined, trust)).toEqual([
      'site: bundle.json does not match the format of this edgectl',
    ]);
  });

  it('a tar file whose bundle.json got a mark of its byte order', async () => {
    await yard.make('site');
    writeFileSync(yard.at('site/bundle.json'), `\uFEFF${readFileSync(yard.at('site/bundle.json'), 'utf8')}`);
    execFileSync('tar', ['-C', yard.at('site'), '-cf', yard.at('site.tar'), ...readdirSync(yard.at('site'))]);
    expect(await verify('site.tar')).toEqual([
      'site.tar: bundle.json is not what the key "release" signed: it was changed afterwards; nothing of it is used',
    ]);
  });
});
