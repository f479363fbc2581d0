import { expect, it } from 'vitest';
import { routeTo } from '../../../src/adapters/ssh/route.ts';
import type { Host, SshAccess } from '../../../src/spec/cluster.ts';

const host = (address: string, ssh: SshAccess = {}): Host => ({
  key: 'h',
  address,
  duty: 'board',
  role: 'auto',
  labels: {},
  taints: [],
  local: false,
  ssh,
});

const route = (config: string | readonly string[], to: Host) =>
  routeTo(to, { sshConfig: [config].flat(), home: '/home/ann', localUser: 'ann' });
const way = (config: string, to: Host) =>
  route(config, to).map(({ user, address, port }) => `${user}@${address}:${port}`);

const CONFIG = `
IdentityFile ~/.ssh/everywhere
Host 10.0.0.*
  User board
  Port 2200
  IdentityFile %d/keys/%r@%h
Host gate
  HostName gate.example
  User keeper
  IdentitiesOnly yes
Host 10.0.0.7
  ProxyJump gate,ops@inner:2022
Match exec "touch /tmp/edgectl-must-not-run"
  User nobody
Host *
  User anybody
`;

it('reads user, port and keys from ssh config, the first word counting', () => {
  expect(route(CONFIG, host('10.0.0.5'))).toEqual([
    {
      address: '10.0.0.5',
      port: 2200,
      user: 'board',
      names: ['[10.0.0.5]:2200'],
      keyFiles: ['/home/ann/.ssh/everywhere', '/home/ann/keys/board@10.0.0.5'],
      identitiesOnly: false,
      keyIsGiven: false,
    },
  ]);
});

it('lets cluster.yaml win over ssh config', () => {
  const ssh = { user: 'root', port: 22, key: '~/.ssh/lab', hostKey: 'SHA256:x' };
  expect(route(CONFIG, host('10.0.0.5', ssh))).toEqual([
    {
      address: '10.0.0.5',
      port: 22,
      user: 'root',
      names: ['10.0.0.5'],
      hostKey: 'SHA256:x',
      keyFiles: ['/home/ann/.ssh/lab'],
      identitiesOnly: false,
      keyIsGiven: true,
    },
  ]);
});

it('looks a machine up in known_hosts under both of its names', () => {
  const [hop] = route(CONFIG, host('gate'));
  expect([hop?.address, hop?.names, hop?.identitiesOnly]).toEqual([
    'gate.example',
    ['gate.example', 'gate'],
    true,
  ]);
});

it('is root on port 22 when nobody says anything', () => {
  expect(way('', host('10.0.0.5'))).toEqual(['root@10.0.0.5:22']);
});

it('goes through the jumps of ssh config, which have an ssh config too', () => {
  expect(way(CONFIG, host('10.0.0.7'))).toEqual([
    'keeper@gate.example:22',
    'ops@inner:2022',
    'board@10.0.0.7:2200',
  ]);
  const chained = 'Host a\n ProxyJump b\nHost b\n ProxyJump [fe80::1]:23\nHost *\n User u';
  expect(way(chained, host('a'))).toEqual(['u@fe80::1:23', 'u@b:22', 'u@a:22']);
  expect(way('Host a\n ProxyJump none\nHost *\n ProxyJump b', host('a'))).toEqual(['root@a:22']);
});

it('ends when jumps go round in a circle', () => {
  expect(way('Host a\n ProxyJump b\nHost b\n ProxyJump a', host('a')).length).toBeLessThan(12);
});

it('goes through the bastion of cluster.yaml in place of jumps, with the same user and key', () => {
  const bastion = { address: 'gate', port: 2022, user: 'ubuntu', hostKey: 'SHA256:gate' };
  const hops = route(CONFIG, host('10.0.0.7', { user: 'ubuntu', key: '/k', bastion }));
  expect(
    hops.map(({ user, address, port, hostKey, keyFiles }) => [user, address, port, hostKey, keyFiles]),
  ).toEqual([
    ['ubuntu', 'gate.example', 2022, 'SHA256:gate', ['/k']],
    ['ubuntu', '10.0.0.7', 2200, undefined, ['/k']],
  ]);
});

it('asks ssh config for what cluster.yaml does not say of the bastion', () => {
  const config = 'Host gate\n User warden\n Port 2022';
  expect(way(config, host('a', { user: 'u', bastion: { address: 'gate' } }))).toEqual([
    'warden@gate:2022',
    'u@a:22',
  ]);
  expect(way('', host('a', { user: 'u', bastion: { address: 'gate' } }))).toEqual(['u@gate:22', 'u@a:22']);
});

it('reads several files, the earlier one counting', () => {
  const [hop] = route(['Host a\n User first', 'Host *\n User second\n Port 23'], host('a'));
  expect([hop?.user, hop?.port]).toEqual(['first', 23]);
});
