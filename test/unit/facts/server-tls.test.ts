import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Command, showText } from '../../../src/engine/command.ts';
import { serverTls } from '../../../src/facts/server-tls.ts';

const sha = (content: string) => createHash('sha256').update(content).digest('hex');

describe('whose a server is', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tls-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const look = () => {
    const [ca = '', other = ''] = ['server-ca.crt', 'client-ca.crt'].map((name) => join(folder, name));
    const { ask, parse } = serverTls({
      datastore: join(folder, 'db'),
      serverCa: { path: ca, sha256: sha('server') },
      certificates: [
        { path: ca, sha256: sha('server') },
        { path: other, sha256: sha('client') },
      ],
      keys: [join(folder, 'server-ca.key')],
    });
    const { parts, stdin = [] } = ask as Command;
    const [tool = '', ...words] = parts;
    // It need not read its stdin to the end, which is no failure.
    return parse(spawnSync(tool, words, { input: showText(stdin), encoding: 'utf8' }).stdout);
  };
  const write = (name: string, content: string) => writeFileSync(join(folder, name), content);

  it('is nobody’s before every CA and key lies there', () => {
    expect(look()).toBe('absent');
    write('server-ca.crt', 'server');
    write('client-ca.crt', 'client');
    expect(look()).toBe('absent');
    write('server-ca.key', '');
    expect(look()).toBe('absent');
    write('server-ca.key', 'key');
    expect(look()).toBe('placed');
    write('client-ca.crt', 'edited');
    expect(look()).toBe('absent');
  });

  it('is ours or foreign by its server CA once the datastore is there', () => {
    mkdirSync(join(folder, 'db'));
    expect(look()).toBe('foreign');
    write('server-ca.crt', 'another');
    expect(look()).toBe('foreign');
    write('server-ca.crt', 'server');
    expect(look()).toBe('ours');
  });
});
