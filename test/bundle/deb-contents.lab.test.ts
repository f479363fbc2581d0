import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stateFolders } from '../../src/adapters/state/state.ts';
import { readCopyright } from '../../src/domain/packages/copyright.ts';
import { PACKAGE_QUESTION } from '../../src/domain/packages/question.ts';
import { digest as digestOf } from '../../src/support/digest.ts';
import { documentOf, type Edgectl, edgectl } from '../init/cli.ts';
import { buildDeb, publish } from './debian-archive.ts';
import { ensurePrograms } from './programs.ts';
import { manifestOf } from './pushed-images.ts';
import { type SigningKey, signingKey } from './signing.ts';

// Packages that dpkg-deb packs in each of its ways, and some of Debian's own, read by dpkg-deb beside edgectl.
const PACKINGS = ['gzip', 'xz', 'zstd', 'none'];
const COPYRIGHT = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nCopyright: nobody\nLicense: Expat\n`;

const folder = mkdtempSync(join(tmpdir(), 'edgectl-deb-contents-'));
const at = (...path: readonly string[]) => join(folder, ...path);
const pool = at('archive/pool/main');
let arch = '';
let key: SigningKey;
let cli: Edgectl;
/** Debian's own: their copyrights are in Debian's format 1.0, in free text, or a link to another package's. */
let real: readonly string[] = [];

beforeAll(async () => {
  await ensurePrograms({ 'apt-ftparchive': 'apt-utils', gpg: 'gnupg', gpgv: 'gpgv', xz: 'xz-utils' });
  arch = (await execa('dpkg', ['--print-architecture'])).stdout;
  for (const packing of PACKINGS) {
    const control = { Package: `by-${packing}`, Version: '1:2.0-1', Architecture: arch };
    const files = { [`usr/share/doc/by-${packing}/copyright`]: COPYRIGHT };
    await buildDeb(pool, control, { packing, files });
  }
  const { stdout } = await execa('dpkg-query', ['-W', '-f', '${Depends}', 'libgcc-s1']);
  real = [/gcc-\d+-base/.exec(stdout)?.[0] ?? '', 'libgcc-s1', 'tar', 'zlib1g'];
  await execa('apt-get', ['update', '-qq'], { reject: false });
  await execa('apt-get', ['download', '-qq', ...real], { cwd: pool });
  key = await signingKey(at('key'));
  await publish(at('archive'), { key });
  cli = await edgectl(at('state'));
});
afterAll(async () => {
  await key?.stop();
  rmSync(folder, { recursive: true });
});

const create = async (name: string) => {
  const { stdout } = await execa('dpkg-query', ['-W', '-f=${Package} ${Version} ${Architecture}\\n']);
  const has = stdout.split('\n').filter((line) => !real.includes(line.split(' ')[0] ?? ''));
  writeFileSync(at('board.list'), `${has.join('\n')}\n`);
  const packages = [...PACKINGS.map((packing) => `by-${packing}`), ...real];
  const debs = [
    { archive: at('archive'), suite: 'test', keyring: key.keyring, packages, present: 'board.list' },
  ];
  const metadata = { name: 'site', serial: 1, created: '2026-11-22' };
  const pins = { apiVersion: 'edgectl/v1', kind: 'BundlePins', metadata, spec: { debs } };
  writeFileSync(at('pins.yaml'), JSON.stringify(pins));
  const words = ['-f', at('pins.yaml'), '--out', at(name), '--arch', arch, '--output', 'json'];
  return cli(['bundle', 'create', ...words]);
};
const verify = (name: string, ...words: readonly string[]) =>
  cli(['bundle', 'verify', at(name), '--deep', '--allow-unsigned', ...words]);

describe('Debian packages in a bundle', () => {
  it('have in the bill of materials the licences of their copyright files, twice the same bytes', async () => {
    expect(documentOf(await create('one'))).toMatchObject({ changes: 1 });
    const text = readFileSync(at('one/sbom.cdx.json'), 'utf8');
    expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)).toBeNull();
    const { components } = JSON.parse(text) as {
      components: readonly { name: string; licenses?: readonly object[] }[];
    };
    const licensesOf = (name: string) => components.find((one) => one.name.startsWith(`${name}_`))?.licenses;
    for (const packing of PACKINGS)
      expect(licensesOf(`by-${packing}`), packing).toEqual([
        { license: { id: 'MIT', acknowledgement: 'declared' } },
      ]);
    // What dpkg-deb unpacks says which of Debian's own have a copyright that can be read by a program.
    for (const file of readdirSync(pool))
      await execa('dpkg-deb', ['--extract', join(pool, file), at('together')]);
    for (const name of real) {
      const said = readCopyright(readFileSync(at('together/usr/share/doc', name, 'copyright'), 'utf8'));
      expect(licensesOf(name) !== undefined, name).toBe(said !== undefined);
    }
    expect(real.filter((name) => licensesOf(name))).toContain('tar');

    const again = await create('two');
    expect(documentOf(again)).toMatchObject({ changes: 1 });
    // Read anew, and not out of what was kept of the first time.
    const kept = join(stateFolders('', process.env).cache, PACKAGE_QUESTION.id);
    for (const { digest } of manifestOf(at('one')).contents)
      rmSync(join(kept, `${digest.replace(':', '-')}.json`));
    expect(documentOf(await create('three'))).toMatchObject({ changes: 1 });
    for (const name of ['two', 'three'])
      expect((await execa('diff', ['-r', at('one'), at(name)])).stdout, name).toBe('');
  });

  it('are what bundle.json says when they are looked into deeply', async () => {
    const debs = PACKINGS.length + real.length;
    expect(documentOf(await verify('one', '--output', 'json'))).toMatchObject({ layers: 0, debs });
    expect((await verify('one')).stdout).toContain(`, 0 layers and ${debs} packages unpacked, `);
  });

  it('are named where they are damaged or something else, whoever vouches for their bytes', async () => {
    const { contents } = manifestOf(at('one'));
    const text = readFileSync(at('one/bundle.json'), 'utf8');
    const blobOf = (what: string) => contents.find((one) => one.what.startsWith(`${what}_`))?.digest ?? '';
    const place = (digest: string) => at('one/blobs', digest.replace(':', '/'));
    const xz = blobOf('by-xz');
    const torn = readFileSync(place(xz));
    torn.fill(0, torn.length - 200, torn.length - 120);
    writeFileSync(place(digestOf(torn)), torn);
    rmSync(place(xz));
    const renamed = text.replaceAll('by-none_', 'by-nobody_').replaceAll(xz, digestOf(torn));
    writeFileSync(at('one/bundle.json'), renamed);
    const { code, stdout } = await verify('one', '--output', 'json');
    expect(code).toBe(2);
    const { problems } = JSON.parse(stdout) as { problems: readonly { code: string; message: string }[] };
    const its = (what: string, digest: string) => `${at('one')}: ${what}_1%3a2.0-1_${arch}.deb (${digest})`;
    expect(problems.map(({ code }) => code)).toEqual(['BUNDLE_INVALID', 'BUNDLE_INVALID']);
    expect(problems.map(({ message }) => message)).toEqual([
      `${its('by-nobody', blobOf('by-none'))}: its control file says Package by-none, bundle.json says by-nobody`,
      expect.stringContaining(`${its('by-xz', digestOf(torn))} cannot be unpacked: its data.tar.xz: `),
    ]);
    writeFileSync(at('one/bundle.json'), text);
  });
});
