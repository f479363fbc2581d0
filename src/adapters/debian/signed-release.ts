import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SignedRelease } from '../../ports/debian-archives.ts';
import { Problem } from '../../support/problem.ts';
import { askProgram, type Program } from '../programs/program.ts';
import { unavailable } from '../release/fetcher.ts';
import { readGpgvStatus } from './gpgv-status.ts';
import { readKeyring } from './keyring.ts';
import { smallFile } from './small-file.ts';

const GPGV: Program = { name: 'gpgv', hint: 'install the package gpgv' };

/** The files that make a release: one that is signed inside, or a text and its signature. */
interface Files {
  readonly name: string;
  readonly content: Buffer;
  readonly signature?: Buffer;
}

const untrusted = (what: string, hint?: string): Problem =>
  new Problem('ARCHIVE_UNTRUSTED', `${what}; nothing of it is used`, { hint });

const find = async (at: string): Promise<Files> => {
  const inside = await smallFile(`${at}/InRelease`);
  if (inside) return { name: `${at}/InRelease`, content: inside };
  const name = `${at}/Release`;
  const [content, signature] = [await smallFile(name), await smallFile(`${name}.gpg`)];
  if (!content) throw unavailable(at, new Error('no such archive: neither InRelease nor Release is there'));
  if (!signature) throw untrusted(`${name} is not signed`);
  return { name, content, signature };
};

const check = async ({ name, content, signature }: Files, keyring: string, folder: string) => {
  const at = (file: string) => join(folder, file);
  await writeFile(at('keyring'), await readKeyring(keyring));
  await writeFile(at('release'), content);
  if (signature) await writeFile(at('release.gpg'), signature);
  const words = signature ? [at('release.gpg'), at('release')] : ['--output', at('signed'), at('release')];
  const { status } = await askProgram(
    GPGV,
    ['--homedir', folder, '--keyring', at('keyring'), '--status-fd', '3', ...words],
    1024 * 1024,
  );
  const { good, bad, reasons } = readGpgvStatus(status);
  if (!good || bad) {
    const why = reasons.length > 0 ? reasons.join('; ') : 'it bears no signature';
    throw untrusted(
      `${name} bears no signature that counts by ${keyring}: ${why}`,
      'check `keyring`: it is the key of whoever publishes the archive',
    );
  }
  return signature ? content : await readFile(at('signed'));
};

/** The port's `release`. gpgv gives back what is signed, so that nothing beside it is ever read. */
export const signedRelease = async (at: string, keyring: string): Promise<SignedRelease> => {
  const files = await find(at);
  const folder = await mkdtemp(join(tmpdir(), 'edgectl-gpgv-'));
  try {
    const text = await check(files, keyring, folder);
    const digest = `sha256:${createHash('sha256').update(files.content).digest('hex')}` as const;
    return { text: text.toString('utf8'), digest };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
