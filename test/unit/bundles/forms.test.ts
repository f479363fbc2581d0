import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { splitInParts } from '../../../src/actions/bundle-copy.ts';
import { verifyBundle } from '../../../src/actions/bundle-verify.ts';
import { bundleAt } from '../../../src/adapters/bundle/bundle-at.ts';
import { splitBundle } from '../../../src/adapters/bundle/split-bundle.ts';
import { bundleYard } from '../../support/small-bundle.ts';

let yard: ReturnType<typeof bundleYard>;
beforeEach(() => {
  yard = bundleYard();
});
afterEach(() => yard.remove());

const quiet = () => {};
const tar = (...words: readonly string[]) =>
  execFileSync('tar', words, { cwd: yard.folder, encoding: 'utf8' });
/** What is wrong with a bundle, whether it is thrown or listed; without the folder that it lies in. */
const faults = async (name: string): Promise<readonly string[]> => {
  const messages = (error: unknown): readonly string[] =>
    error instanceof AggregateError ? error.errors.flatMap(messages) : [(error as Error).message];
  const found = await verifyBundle(bundleAt(yard.at(name)), yard.trust, undefined, quiet).then(
    ({ problems }) => problems.flatMap(messages),
    messages,
  );
  return found.map((message) => message.replaceAll(`${yard.folder}/`, ''));
};
const split = (from: string, prefix: string, size: number) =>
  splitInParts(bundleAt(yard.at(from)), yard.at(prefix), size, splitBundle, quiet);
const flip = (path: string, at: number, bit = 0) => {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
  writeFileSync(path, bytes);
};

describe('a bundle that is one file', () => {
  it('is the same tar file every time, and every tar reads it', async () => {
    const [one, two] = [
      await yard.make('one.tar', { file: true }),
      await yard.make('two.tar', { file: true }),
    ];
    expect(readFileSync(one).equals(readFileSync(two))).toBe(true);
    expect(await faults('one.tar')).toEqual([]);
    await yard.make('folder');
    mkdirSync(yard.at('unpacked'));
    tar('-xf', 'one.tar', '-C', 'unpacked');
    expect(execFileSync('diff', ['-r', yard.at('folder'), yard.at('unpacked')], { encoding: 'utf8' })).toBe(
      '',
    );
  });

  it.each(['gnu', 'pax', 'ustar'])('may come from tar itself, in the format %s', async (format) => {
    await yard.make('folder');
    tar('-C', 'folder', `--format=${format}`, '-cf', 'theirs.tar', '.');
    expect(await faults('theirs.tar')).toEqual([]);
  });

  it('says where it is cut off or damaged', async () => {
    const path = await yard.make('one.tar', { file: true });
    const { size } = statSync(path);
    flip(path, 0);
    expect(await faults('one.tar')).toEqual([
      'one.tar is no whole tar file: the header at byte 0 is damaged',
    ]);
    flip(path, 0);
    truncateSync(path, size - 1024);
    expect(await faults('one.tar')).toEqual([
      expect.stringMatching(/^one.tar is no whole tar file: it is cut off at byte/),
    ]);
    truncateSync(path, 700);
    expect(await faults('one.tar')).toEqual(['one.tar is no whole tar file: it is cut off in bundle.json']);
  });

  it('is refused when a link or a name leads out of it', async () => {
    await yard.make('folder');
    execFileSync('ln', ['-s', '/etc/passwd', yard.at('folder/link')]);
    tar('-C', 'folder', '-cf', 'link.tar', '.');
    expect(await faults('link.tar')).toEqual([
      'link.tar is no whole tar file: link is neither a file nor a folder',
    ]);
    writeFileSync(yard.at('outside'), 'x');
    tar('-C', 'folder', '-P', '-cf', 'out.tar', '../outside');
    expect(await faults('out.tar')).toEqual([
      'out.tar is no whole tar file: the name at byte 0 leads out of it',
    ]);
  });
});

describe('a bundle that was split', () => {
  it('reads as one by its list, any part, or the prefix; again there is nothing to change', async () => {
    await yard.make('folder');
    const made = await split('folder', 'usb/site', 3000);
    expect(made.parts.map(({ name }) => name).slice(0, 2)).toEqual(['site.000', 'site.001']);
    for (const name of ['usb/site', 'usb/site.000', 'usb/site.002', 'usb/site.parts.json'])
      expect(await faults(name), name).toEqual([]);
    expect(made.changes).toBe(made.parts.length + 1);
    expect((await split('folder', 'usb/site', 3000)).changes).toBe(0);
    await yard.make('one.tar', { file: true });
    const joined = Buffer.concat(made.parts.map(({ name }) => readFileSync(yard.at('usb', name))));
    expect(joined.equals(readFileSync(yard.at('one.tar')))).toBe(true);
  });

  it('goes on after an interruption, and is never mixed with another one', async () => {
    await yard.make('folder');
    await split('folder', 'usb/site', 3000);
    for (const name of ['site.001', 'site.parts.json']) rmSync(yard.at('usb', name));
    writeFileSync(yard.at('usb/site.001.part'), 'half');
    expect(await faults('usb/site')).toEqual(['usb/site is no bundle: it has no bundle.json']);
    expect((await split('folder', 'usb/site', 3000)).changes).toBe(2);
    expect(await faults('usb/site')).toEqual([]);
    expect(readdirSync(yard.at('usb')).filter((name) => name.endsWith('.part'))).toEqual([]);
    await yard.make('newer', { serial: 2 });
    await expect(split('newer', 'usb/site', 3000)).rejects.toThrow('usb/site.000 is there already');
  });

  it('names the parts that are missing and those that were cut off, all at once', async () => {
    await yard.make('folder');
    await split('folder', 'usb/site', 3000);
    renameSync(yard.at('usb/site.002'), yard.at('elsewhere'));
    truncateSync(yard.at('usb/site.001'), 2999);
    expect(await faults('usb/site')).toEqual([
      'usb/site.001: this part has 2999 bytes instead of 3000',
      'usb/site.002: this part of the bundle is missing',
    ]);
  });

  it('names the part in which any one bit is wrong', async () => {
    await yard.make('folder');
    const { parts } = await split('folder', 'usb/site', 3000);
    const part = fc
      .constantFrom(...parts)
      .chain(({ name, size }) =>
        fc.record({ name: fc.constant(name), at: fc.nat(size - 1), bit: fc.nat(7) }),
      );
    await fc.assert(
      fc.asyncProperty(part, async ({ name, at, bit }) => {
        flip(yard.at('usb', name), at, bit);
        const found = await faults('usb/site');
        flip(yard.at('usb', name), at, bit);
        expect(found.length, `${name} at ${at}`).toBeGreaterThan(0);
        for (const message of found) expect(message).toContain(`usb/${name}: not what was split`);
      }),
      { numRuns: 150 },
    );
  });

  it('takes no part from elsewhere', async () => {
    await yard.make('folder');
    const { list } = await split('folder', 'usb/site', 3000);
    const text = readFileSync(list, 'utf8');
    writeFileSync(list, text.replace('"site.001"', '"../site.001"'));
    expect(await faults('usb/site')).toEqual([
      `${basename(dirname(list))}/site.parts.json is no list of parts of this edgectl's format`,
    ]);
  });
});
