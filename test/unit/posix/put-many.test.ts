import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { posixShell } from '../../../src/adapters/posix/posix-shell.ts';
import type { Start } from '../../../src/adapters/posix/program.ts';
import { shells, startWith } from './start-with.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'put-many-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const machine = (start: Start) =>
  posixShell({
    host: 'here',
    user: 'operator',
    sudoPassword: async () => undefined,
    start,
    dial: () => Promise.reject(new Error('not here')),
    close: async () => {},
  });

describe.each(shells)('files that are wanted at the same time, with %s', (_name, shell) => {
  const counted = () => {
    const started: string[] = [];
    const start: Start = (program) => {
      started.push(program.says);
      return startWith(shell)(program);
    };
    return { started, put: machine(start).put };
  };
  const at = (name: string) => join(folder, name);

  it('come in one round trip, whole, with their modes and nothing beside them', async () => {
    const { started, put } = counted();
    const contents = [
      '',
      'no newline',
      'a\n\n',
      'nul \0 é›\r\n',
      `-----\n${'x'.repeat(9_000)}\n`,
      "it's $HOME",
    ];
    writeFileSync(at('.file 1.0a1b.edgectl-part'), 'half');
    await Promise.all(
      contents.map((content, n) =>
        put({
          to: at(n < 3 ? `file ${n}` : `made/for it/${n}`),
          mode: n % 2 ? '0600' : '0644',
          from: { content },
          root: false,
        }),
      ),
    );
    expect(started).toHaveLength(1);
    expect(readdirSync(folder).sort()).toEqual(['file 0', 'file 1', 'file 2', 'made']);
    expect(readdirSync(at('made/for it'))).toEqual(['3', '4', '5']);
    for (const [n, content] of contents.entries()) {
      const path = at(n < 3 ? `file ${n}` : `made/for it/${n}`);
      expect(readFileSync(path, 'utf8')).toBe(content);
      expect(statSync(path).mode & 0o7777).toBe(n % 2 ? 0o600 : 0o644);
    }
  });

  it('fail one by one, each with its own reason', async () => {
    const { put } = counted();
    mkdirSync(at('folder'));
    writeFileSync(at('plain'), '');
    const one = (name: string, sent: number[] = []) =>
      put({
        to: at(name),
        mode: '0644',
        from: { content: name },
        root: false,
        progress: (n) => sent.push(n),
      });
    const sent: number[] = [];
    const ended = await Promise.allSettled([
      one('good', sent),
      one('folder'),
      one('plain/below'),
      one('other'),
    ]);
    expect(ended.map((end) => (end.status === 'rejected' ? end.reason.message : 'there'))).toEqual([
      'there',
      `${at('folder')}: it is a directory`,
      expect.stringMatching(/plain\/below: (Not a directory|File exists)$/),
      'there',
    ]);
    expect(sent).toEqual([4]);
    expect(readdirSync(folder).sort()).toEqual(['folder', 'good', 'other', 'plain']);
  });
});
