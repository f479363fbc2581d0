import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { place } from '../../../src/commands/place.ts';
import type { Command } from '../../../src/engine/command.ts';
import { placed } from '../../../src/facts/placed.ts';
import { STAMP } from '../../../src/support/placed-list.ts';

const sha = (content: string) => createHash('sha256').update(content).digest('hex');
const run = ({ parts: [tool = '', ...words] }: Command) => execFileSync(tool, words, { encoding: 'utf8' });

describe('content that was placed and written down', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'placed-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const target = () => join(folder, 'bin/k3s');
  const list = () => join(folder, 'state/placed');
  /** The command as it is, but for the list, which lies in a folder of root's on a node. */
  const put = (content: string) => {
    writeFileSync(join(folder, 'blob'), content);
    const command = place({ blob: join(folder, 'blob'), to: target(), mode: '0755', sha256: sha(content) });
    run({ ...command, parts: [...command.parts.slice(0, -1), list()] });
  };
  const state = (content: string) => {
    const { ask, parse } = placed({ path: target(), sha256: sha(content), list: list(), stamp: STAMP });
    return parse(run(ask as Command));
  };

  it('is the same, whole and runnable, and the blob is gone', () => {
    expect(state('one')).toBe('absent');
    put('one');
    expect(state('one')).toBe('same');
    expect(statSync(target()).mode & 0o777).toBe(0o755);
    expect(statSync(join(folder, 'state')).mode & 0o777).toBe(0o700);
    expect(existsSync(join(folder, 'blob'))).toBe(false);
  });

  it('takes along what a run that died left of it, whichever way it came, and nothing else', () => {
    for (const name of ['blob.part', 'blob.own', '.blob.9f1c.edgectl-part', 'blob2.part', 'other'])
      writeFileSync(join(folder, name), 'half');
    put('one');
    expect(readdirSync(folder).sort()).toEqual(['bin', 'blob2.part', 'other', 'state']);
  });

  it('is different once somebody wrote to it, even with the same size and time', () => {
    put('one');
    const { atime, mtime } = statSync(target());
    writeFileSync(target(), 'two');
    utimesSync(target(), atime, mtime);
    expect(state('one')).toBe('different');
  });

  it('is believed only while it is untouched: a lost list is no drift, a forged one no proof', () => {
    put('one');
    rmSync(list());
    expect(state('one')).toBe('same');
    writeFileSync(list(), `${sha('two')} 3 1 1.0 1.0 ${target()}\n`);
    expect(state('two')).toBe('different');
  });

  it('keeps one entry a path', () => {
    put('one');
    put('two');
    expect(readFileSync(list(), 'utf8').trim().split('\n')).toHaveLength(1);
    expect(state('two')).toBe('same');
  });
});
