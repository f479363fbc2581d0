import { describe, expect, it } from 'vitest';
import { helperFor, loginIn, readAuthFile } from '../../../src/adapters/registry/auth-file.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const file = (content: object) => {
  const read = readAuthFile(JSON.stringify(content));
  if (!read) throw new Error('not read');
  return read;
};

describe('the login in an auth.json', () => {
  const auths = {
    'registry.example': { auth: base64('host:word') },
    'registry.example/team': { auth: base64('team:wo:rd') },
    'registry.example/team/app': { auth: base64('app:word\0\0') },
    'https://old.example/v1/': { username: 'old', password: 'word' },
    'https://index.docker.io/v1/': { auth: base64('hub:word') },
    'token.example': { identitytoken: 'refresh' },
    'empty.example': {},
  };
  const user = (registry: string, repository: string) => loginIn(file({ auths }), { registry, repository });

  it.each([
    ['registry.example', 'other/app', { username: 'host', password: 'word' }],
    ['registry.example', 'team/other', { username: 'team', password: 'wo:rd' }],
    ['registry.example', 'team/app', { username: 'app', password: 'word' }],
    ['registry.example', 'team/app/deep', { username: 'app', password: 'word' }],
    ['old.example', 'a', { username: 'old', password: 'word' }],
    ['docker.io', 'library/busybox', { username: 'hub', password: 'word' }],
    ['token.example', 'a', { username: '', password: '', identityToken: 'refresh' }],
    ['empty.example', 'a', undefined],
    ['registry.example.org', 'a', undefined],
    ['constructor', 'a', undefined],
  ])('%s/%s', (registry, repository, login) => {
    expect(user(registry, repository)).toEqual(login);
  });

  it('may be kept by a program, which is named without a path', () => {
    const helped = file({
      credHelpers: { 'a.example': 'pass', 'b.example': '../evil' },
      credsStore: 'keychain',
    });
    expect(helperFor(helped, 'a.example')).toBe('pass');
    expect(helperFor(helped, 'b.example')).toBeUndefined();
    expect(helperFor(helped, 'c.example')).toBe('keychain');
  });

  it('is not looked for in what is no such file', () => {
    expect(readAuthFile('[')).toBeUndefined();
    expect(readAuthFile('{"auths": []}')).toBeUndefined();
  });
});
