import { describe, expect, it } from 'vitest';
import { fingerprint, readPin } from '../../../src/adapters/ssh/host-key.ts';
import { knownFor, knownName, readKnownHosts } from '../../../src/adapters/ssh/known-hosts.ts';
import { trustIn } from '../../../src/adapters/ssh/trust.ts';

// Made by ssh-keygen; the hashed lines by `ssh-keygen -H`, the fingerprints by `ssh-keygen -l`.
const ED25519 = 'AAAAC3NzaC1lZDI1NTE5AAAAIDcH/o1WtNaMj2AObFDkjaG+qguqdNuf6b4mCbiKV/Ej';
const ECDSA =
  'AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBONu50XM9iBJF4Ya3lpi9PGHG66VLGAfhNN3evyp2HLAnCZsmgfy1w4lDQ6SR4sELa7mhwnKIOax4Zo0VVsZ5Aw=';
const RSA =
  'AAAAB3NzaC1yc2EAAAADAQABAAAAgQCyQDJiTdcFp3Z4KH6LuCN7AJoCQ2xN4GEp3gOVfHh7IvWwjo0YhvhcUF30txsf3Pd9LV1Cu7rncHvY17sACM+PFj4OcqsLgf0b8yLHIVNg6AxAsgjJrSg90oTj88rI4xidkzLKclc60RZ7JeggDXernPBtcS76sPu5PgieT/lxyw==';
const HASHED = `|1|n+NwPF5qDYkz8G9uFwPGXXu46Q8=|eYuqGgl8LdZkz8f+7Zvyohow49w= ssh-ed25519 ${ED25519}
|1|1/kDIBSLg7xYIZm+3T69TLufAc8=|3Tp103uxXK71qU7cMhqWVC0cP+o= ecdsa-sha2-nistp256 ${ECDSA}`;
const blob = (key: string) => Buffer.from(key, 'base64');

const where = (text: string, address: string, port = 22) =>
  knownFor(readKnownHosts(text, 'kh'), [knownName(address, port)]).map((line) => line.where);

it.each([
  [ED25519, 'SHA256:9vDqmJETGohLZthnNkUvJr1O48vjTc9dX5zL5FKN5oo'],
  [ECDSA, 'SHA256:KYqNmuYfx51eyLqbpdi9Ox6q+IzcMrsO4pgUb2bgbfw'],
  [RSA, 'SHA256:RXCnI/zTszKNixsVs/DBf24pcZGDNuIaSMT310h2J/s'],
])('the fingerprint of %s is what ssh-keygen says', (key, said) => {
  expect(fingerprint(blob(key))).toBe(said);
});

describe('a known_hosts line', () => {
  it.each([
    ['board.lan', 'board.lan', 22, true],
    ['board.lan', 'board.lan', 2222, false],
    ['board.lan', 'BOARD.lan', 22, true],
    ['board.lan', 'boardxlan', 22, false],
    ['[10.0.0.1]:2222', '10.0.0.1', 2222, true],
    ['[10.0.0.1]:2222', '10.0.0.1', 22, false],
    ['other,10.0.0.?', '10.0.0.7', 22, true],
    ['10.0.0.?', '10.0.0.70', 22, false],
    ['*.lan,!bad.lan', 'good.lan', 22, true],
    ['*.lan,!bad.lan', 'bad.lan', 22, false],
    ['!bad.lan', 'good.lan', 22, false],
    ['[*.lan]:2222', 'a.lan', 2222, true],
  ])('%s for %s port %d: %s', (patterns, address, port, speaks) => {
    expect(where(`${patterns} ssh-ed25519 ${ED25519} comment`, address, port)).toEqual(
      speaks ? ['kh:1'] : [],
    );
  });

  it('may hide its host in a hash', () => {
    expect(where(HASHED, 'board.lan')).toEqual(['kh:1']);
    expect(where(HASHED, '10.0.0.1', 2222)).toEqual(['kh:2']);
    expect(where(HASHED, '10.0.0.1')).toEqual([]);
  });

  it('is passed over when it is a comment, empty, torn, or not for this version of hashes', () => {
    expect(
      where(
        `# board.lan ssh-ed25519 ${ED25519}\n\nboard.lan ssh-ed25519\n|2|a|b ssh-ed25519 ${ED25519}`,
        'board.lan',
      ),
    ).toEqual([]);
  });
});

describe('trust', () => {
  const known = (text: string) => readKnownHosts(text, 'kh');
  const judged = (text: string, key: string) => trustIn(undefined, known(text)).judge(blob(key));

  it('in a whole key negotiates only its type', () => {
    const trust = trustIn(readPin(`ssh-rsa ${RSA} me@home`), known(`* ssh-ed25519 ${ED25519}`));
    expect([trust.types, trust.judge(blob(RSA)), trust.judge(blob(ED25519))]).toEqual([
      ['ssh-rsa'],
      'right',
      'wrong',
    ]);
  });

  it('in a fingerprint cannot know the type', () => {
    const trust = trustIn(readPin('SHA256:KYqNmuYfx51eyLqbpdi9Ox6q+IzcMrsO4pgUb2bgbfw='), []);
    expect([trust.types.length, trust.judge(blob(ECDSA)), trust.judge(blob(RSA))]).toEqual([
      5,
      'right',
      'wrong',
    ]);
  });

  it('in known_hosts negotiates the types that stand there, best first', () => {
    const trust = trustIn(undefined, known(`* ssh-rsa ${RSA}\n* ssh-ed25519 ${ED25519}`));
    expect(trust.types).toEqual(['ssh-ed25519', 'ssh-rsa']);
    expect(trust.expected).toEqual([
      'SHA256:RXCnI/zTszKNixsVs/DBf24pcZGDNuIaSMT310h2J/s (kh:1)',
      'SHA256:9vDqmJETGohLZthnNkUvJr1O48vjTc9dX5zL5FKN5oo (kh:2)',
    ]);
  });

  it('tells a key that nobody knows from a wrong one and a revoked one', () => {
    expect(judged('', ED25519)).toBe('unknown');
    expect(judged(`@cert-authority * ssh-ed25519 ${ED25519}`, ED25519)).toBe('unknown');
    expect(judged(`* ssh-ed25519 ${ED25519}`, RSA)).toBe('wrong');
    expect(judged(`* ssh-ed25519 ${ED25519}\n@revoked * ssh-ed25519 ${ED25519}`, ED25519)).toBe('revoked');
  });
});

it.each(['', 'SHA512:abc', `ssh-dss ${RSA}`, `ssh-ed25519 ${RSA}`, 'ssh-ed25519'])('%j is no pin', (text) => {
  expect(readPin(text)).toBeUndefined();
});
