import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lookUp } from '../../../src/adapters/ssh/ssh-config.ts';
import { readSshConfig } from '../../../src/adapters/ssh/ssh-config-files.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'edgectl-ssh-config-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const write = (file: string, text: string) => {
  const path = join(home, '.ssh', file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};
const found = (host: string) => lookUp([readSshConfig(join(home, '.ssh/config'), home) ?? ''], host);

it('knows no file', () => {
  expect(readSshConfig(join(home, '.ssh/config'), home)).toBeUndefined();
});

it('reads included files in the order of their names, before what follows', () => {
  write('config', 'Include config.d/*.conf "~/.ssh/more files/one"\nHost a b c\n  Port 1\n  User last\n');
  write('config.d/10.conf', 'Host a\n  Port 10\n');
  write('config.d/20.conf', 'Host a b\n  Port 20\n');
  write('more files/one', 'Host c\n  User ada\n');
  expect(found('a')).toMatchObject({ port: 10, user: 'last' });
  expect(found('b')).toMatchObject({ port: 20 });
  expect(found('c')).toMatchObject({ port: 1, user: 'ada' });
});

it('goes on with the section that an Include stands in', () => {
  write('config', 'Host a\n  Include other\n  User ada\nHost *\n  Port 7\n');
  write('other', 'Host b\n  User bob\n');
  expect(found('a')).toMatchObject({ user: 'ada', port: 7 });
  expect(found('b')).toMatchObject({ user: 'bob', port: 7 });
});

it('follows includes of included files, and no circle for ever', () => {
  write('config', 'include=one\n');
  write('one', 'Include two\nInclude missing\n');
  write('two', 'Include one\nHost a\n  User ada\n');
  expect(found('a')).toMatchObject({ user: 'ada' });
});
