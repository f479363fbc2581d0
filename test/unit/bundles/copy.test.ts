import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyBundle, splitInParts } from '../../../src/actions/bundle-copy.ts';
import { bundleAt } from '../../../src/adapters/bundle/bundle-at.ts';
import { blobPath } from '../../../src/adapters/bundle/bundle-folder.ts';
import { bundleCopyWriter } from '../../../src/adapters/bundle/copy-writer.ts';
import { splitBundle } from '../../../src/adapters/bundle/split-bundle.ts';
import { bundleYard, sha } from '../../support/small-bundle.ts';

let yard: ReturnType<typeof bundleYard>;
beforeEach(() => {
  yard = bundleYard();
});
afterEach(() => yard.remove());

const copy = (from: string, to: string, progress: (done: number, total: number) => void = () => {}) =>
  copyBundle(bundleAt(yard.at(from)), yard.at(to), bundleCopyWriter, progress);
const sameAs = (one: string, other: string) =>
  expect(execFileSync('diff', ['-r', yard.at(one), yard.at(other)], { encoding: 'utf8' })).toBe('');

describe('a copy of a bundle', () => {
  it('is the same from every form, and again there is nothing to change', async () => {
    await yard.make('folder');
    await yard.make('one.tar', { file: true });
    await splitInParts(bundleAt(yard.at('folder')), yard.at('site'), 2000, splitBundle, () => {});
    for (const from of ['folder', 'one.tar', 'site']) {
      expect(await copy(from, `to/${from}`)).toMatchObject({ blobs: 5, changes: 1 });
      sameAs('folder', `to/${from}`);
      expect(await copy(from, `to/${from}`)).toMatchObject({ changes: 0 });
    }
  });

  it('goes on wherever it was interrupted, and does not read as a bundle before it is whole', async () => {
    await yard.make('folder');
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(60), { maxLength: 4 }), async (stops) => {
        const to = `copies/${run++}`;
        for (const stop of stops) {
          const cut = copy('folder', to, (done) => {
            if (done >= stop) throw new Error('cut');
          });
          if (
            await cut.then(
              () => true,
              () => false,
            )
          )
            break;
          expect(existsSync(yard.at(to, 'bundle.json'))).toBe(false);
        }
        await copy('folder', to);
        sameAs('folder', to);
      }),
      { numRuns: 25 },
    );
  });

  it('begins a blob anew of which something else is there', async () => {
    await yard.make('folder');
    await copy('folder', 'to', () => {
      throw new Error('cut');
    }).catch(() => {});
    writeFileSync(`${blobPath(yard.at('to'), `sha256:${sha('a model')}`)}.part`, 'THE');
    writeFileSync(
      `${blobPath(yard.at('to'), `sha256:${sha('images arm64')}`)}.part`,
      'much longer than the blob',
    );
    await copy('folder', 'to');
    sameAs('folder', 'to');
  });

  it('mends a blob that was damaged after it was copied', async () => {
    await yard.make('folder');
    await copy('folder', 'to');
    writeFileSync(blobPath(yard.at('to'), `sha256:${sha('a model')}`), 'A MODEL');
    expect(await copy('folder', 'to')).toMatchObject({ changes: 1 });
    sameAs('folder', 'to');
  });

  it('stops at a blob that is not what it should be, by its name', async () => {
    await yard.make('folder');
    writeFileSync(blobPath(yard.at('folder'), `sha256:${sha('a model')}`), 'A MODEL');
    await expect(copy('folder', 'to')).rejects.toMatchObject({
      code: 'BLOB_CORRUPT',
      message: expect.stringContaining('the blob of model.onnx has the digest'),
    });
    expect(existsSync(yard.at('to/bundle.json'))).toBe(false);
  });

  it('is never mixed with anything else', async () => {
    await yard.make('folder');
    await yard.make('newer', { serial: 2 });
    await copy('folder', 'to');
    await expect(copy('newer', 'to')).rejects.toThrow('is there already, and is another bundle');
    await copy('folder', 'half', () => {
      throw new Error('cut');
    }).catch(() => {});
    await expect(copy('newer', 'half')).rejects.toThrow('the beginning of a copy of another bundle');
    await expect(copy('folder', 'release')).rejects.toThrow('is there already, and is no bundle');
    expect(readdirSync(yard.at('release'))).not.toContain('blobs');
  });
});

it('a killed `bundle copy` goes on, and says its progress', async () => {
  await yard.make('folder', { model: 'x'.repeat(100_000_000) });
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const start = (): ChildProcess =>
    spawn(
      process.execPath,
      [
        '--import',
        'tsx',
        'src/cli/main.ts',
        'bundle',
        'copy',
        yard.at('folder'),
        yard.at('to'),
        '--output',
        'ndjson',
      ],
      { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] },
    );
  const lines = async (child: ChildProcess, see: (line: { done?: number }) => void) => {
    const ended = once(child, 'close');
    if (child.stdout)
      for await (const line of createInterface({ input: child.stdout })) see(JSON.parse(line));
    return (await ended)[1] as string | null;
  };

  const first = start();
  const signal = await lines(first, ({ done = 0 }) => {
    if (done > 1_000_000) first.kill('SIGKILL');
  });
  expect(signal).toBe('SIGKILL');
  expect(existsSync(yard.at('to/bundle.json'))).toBe(false);

  const seen: object[] = [];
  expect(await lines(start(), (line) => seen.push(line))).toBeNull();
  expect(seen[0]).toMatchObject({
    type: 'progress',
    step: 'copy',
    rate: expect.any(Number),
    left: expect.any(Number),
  });
  expect(seen.at(-1)).toMatchObject({ blobs: 5, changes: 1 });
  sameAs('folder', 'to');
}, 60_000);
