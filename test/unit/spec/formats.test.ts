import { expect, test } from 'vitest';
import {
  address,
  day,
  hostAddress,
  hostKey,
  hubUrl,
  k3sVersion,
  keyPath,
  labelKey,
  labelValue,
  name,
  port,
  source,
  taint,
  user,
} from '../../../src/spec/formats.ts';

const ED25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIw0oKZ6MSJDXlAzKQxdYyPZ2VBqvGvFpRVGNCqbSGxk';
const ECDSA =
  'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBLl8yXcVVhTEDxCYXmzVLJjmvKkRxbCyl3dKqFTuXFOW9M0JrMQCPe0yqzWmHgZkxyVrVtmYvmq3bTDU0b0o8ps=';
const FINGERPRINT = 'SHA256:uNiVztksCsDhcc0u9e8BrYJUmMOqD1M0MeTfGAz1k5w';
const long = (length: number) => 'a'.repeat(length);

const FORMS = {
  address,
  day,
  hostAddress,
  hostKey,
  hubUrl,
  k3sVersion,
  keyPath,
  labelKey,
  labelValue,
  name,
  source,
  taint,
  user,
};

test.each([
  [
    'name',
    ['a', '0', 'box-a', 'cam-north-2', long(63)],
    ['', 'Box', '-a', 'a-', 'a.b', 'a_b', 'ä', 'a\n', long(64)],
  ],
  [
    'address',
    ['10.20.0.11', '192.168.255.255', '1.1.1.1', '223.255.255.254'],
    [
      '10.20.0',
      '10.20.0.256',
      '10.20.0.01',
      '0.0.0.0',
      '127.0.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '::1',
      'box-a',
      '10.20.0.1\n',
    ],
  ],
  [
    'hostAddress',
    ['10.0.0.1', 'gate', 'gate.example.org'],
    ['', 'a b', '-gate', 'gate..org', 'ssh://gate', 'ada@gate'],
  ],
  ['user', ['root', 'ubuntu', '_apt', 'a.b-c'], ['', '1a', 'a b', '-a', 'a;b', long(33)]],
  ['keyPath', ['~/.ssh/id', './k', 'a b'], ['', '~/.ssh/id.pub', 'a\0b']],
  [
    'hostKey',
    [FINGERPRINT, ED25519, `${ED25519} root@box-a`, ECDSA],
    [
      `${FINGERPRINT}=`,
      FINGERPRINT.slice(0, -1),
      'MD5:16:27:ac',
      'ssh-ed25519 AAAA…',
      // Another type outside than inside, and a key cut off at its front.
      ED25519.replace('ssh-ed25519', 'ssh-rsa'),
      `ssh-ed25519 ${ECDSA.split(' ')[1]}`,
      `${ED25519}\n${ED25519}`,
      ED25519.split(' ')[1] ?? '',
    ],
  ],
  [
    'labelKey',
    ['camera', 'a_b.c', 'example.org/camera'],
    ['', '/a', 'a/', 'a b', 'Example.org/a', '-a', long(64)],
  ],
  ['labelValue', ['', 'north', '1.2', 'A_b'], ['a b', '-a', 'a-', long(64)]],
  [
    'taint',
    ['a=b:NoSchedule', 'a:NoExecute', 'example.org/a=:PreferNoSchedule'],
    ['a', 'a=b', 'a=b:noschedule', '=b:NoSchedule', 'a=b c:NoSchedule'],
  ],
  [
    'k3sVersion',
    ['v1.34.2+k3s1', 'v1.35.0-rc1+k3s2'],
    ['1.34.2+k3s1', 'v1.34.2', 'v1.34+k3s1', 'v1.34.2+k3s', 'v1.34.2+k3s1 ', '../v1.34.2+k3s1'],
  ],
  [
    'source',
    ['https://a/b', 'http://10.0.0.1:8080', 'http://a/', './k3s', '/srv/k3s', '~/k3s', 'k3s'],
    ['', 'ftp://a/b', 'file:///a', 'https://u:p@a/b', 'https://a/b?token=1', 'https://', 'https://a b/'],
  ],
  ['hubUrl', ['nats-tls://hub.example.org', 'wss://h:443/x'], ['hub', 'http://h', 'nats://u:p@h', 'tls://']],
  ['day', ['2028-01-01', '2028-02-29'], ['2027-02-29', '2028-13-01', '28-01-01', '2028-01-01T00:00:00Z', '']],
] as const)('%s takes its form and nothing else', (kind, right, wrong) => {
  const taken = [...right, ...wrong].filter((value) => FORMS[kind].safeParse(value).success);
  expect(taken).toEqual(right);
});

test('a port is a whole number from 1 to 65535', () => {
  const taken = [1, 22, 65535, 0, -1, 65536, 22.5, '22', Number.NaN].filter(
    (value) => port.safeParse(value).success,
  );
  expect(taken).toEqual([1, 22, 65535]);
});
