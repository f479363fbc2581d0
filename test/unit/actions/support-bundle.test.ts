import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Start } from '../../../src/actions/session.ts';
import { supportBundle } from '../../../src/actions/support-bundle.ts';
import type { Line, Output } from '../../../src/ports/shell.ts';
import { type Playbook, readPlaybook } from '../../../src/spec/playbook.ts';
import { Problem } from '../../../src/support/problem.ts';
import { clusterCase } from '../../support/cases.ts';

const cluster = clusterCase('crossing-17');
const base64 = (text: string) => Buffer.from(text).toString('base64');

// What is minted, what k3s made on a host, and what the operator typed.
const HASH = 'a'.repeat(64);
const AGENT = '0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f6071';
const SERVER = '9b1f0c2d3e4f5a6b7c8d9e0f1a2b3c4d9b1f0c2d3e4f5a6b';
const KEY_LINE = 'MHcCAQEEIBZQyJ0m3kqf1o5y8Yw2b7n9s4t6u1v3x5z7A9C2E4G6oAoGCCqGSM49';
const KEY = `-----BEGIN EC PRIVATE KEY-----\n${KEY_LINE}\n-----END EC PRIVATE KEY-----\n`;
const PASSWORD = '5f0c1b2a3d4e5f60718293a4b5c6d7e8';
const TYPED = 'correct horse';
const SECRETS = [AGENT, SERVER, KEY_LINE, PASSWORD, TYPED];
const PLANTED = `planted: K10${HASH}::node:${AGENT} ${SERVER} ${PASSWORD} ${base64(AGENT)} ${KEY_LINE} ${TYPED}`;
const CLEAN = /planted: ‹redacted› ‹redacted› ‹redacted› ‹redacted›={0,2} ‹redacted› ‹redacted›/;

const kept = [
  '1795993200000',
  `decisions.json ${base64(JSON.stringify({ names: { 'box-a': 'north' }, election: { masters: ['box-b', 'box-a'], reasons: {} } }))}`,
  `secrets/agent-token ${base64(AGENT)}`,
  `secrets/server-token ${base64(SERVER)}`,
  `secrets/client-ca.key ${base64(KEY)}`,
  `outcomes/server-ca.crt ${base64('certificate')}`,
  `outcomes/client-ca.crt ${base64('certificate')}`,
].join('\n');

const answer = ({ argv }: Line): string => {
  const words = argv.join(' ');
  if (argv[0] === 'journalctl' || words.includes('say uname')) return `${PLANTED}\n`;
  if (words.includes('/etc/rancher/node/password')) return `${base64(PASSWORD)}\n`;
  return words.includes('decisions.json') ? kept : '';
};

const lost = () => Promise.reject(new Problem('SOURCE_UNAVAILABLE', 'nothing is fetched'));
const shell = {
  ask: async (lines: readonly Line[]): Promise<readonly Output[]> =>
    lines.map((line) => ({ stdout: answer(line), stderr: '', code: 0 })),
  talk: lost,
};

const objects: Readonly<Record<string, object>> = {
  '/api/v1/events?limit=1000': { items: [{ message: PLANTED, reason: 'Planted', type: 'Normal' }] },
  '/api/v1/pods': {
    items: [
      { metadata: { name: 'p', namespace: 'n' }, spec: { env: PLANTED }, status: { phase: 'Running' } },
    ],
  },
  '/api/v1/nodes': { items: [{ metadata: { name: 'north', annotations: { note: PLANTED } } }] },
};

const start = {
  cluster,
  run: '20261121-224357-1f3a',
  tell: () => {},
  source: { release: lost, fetch: lost },
  ports: {
    shells: { open: async () => shell, drop: async () => {}, close: async () => {} },
    kube: { read: async (_: unknown, path: string) => JSON.stringify(objects[path] ?? ''), close: () => {} },
    loopback: { get: async () => '' },
    clock: { now: () => 0, sleep: async () => {} },
  },
} as unknown as Start;

it('holds no token, key or password, whatever hosts, the API and journals say', async () => {
  const playbook = readPlaybook(
    readFileSync(new URL('../../../playbooks/init.yaml', import.meta.url), 'utf8'),
    'init.yaml',
  ) as Playbook;
  const { files, missing } = await supportBundle(start, {
    playbook,
    kubeconfig: '/home/operator/kubeconfig',
    about: { edgectl: '0.1.0' },
    journals: { '20261121': JSON.stringify({ type: 'warning', says: PLANTED }) },
    secrets: [TYPED],
  });
  const byPath = new Map(files.map(({ path, content }) => [path.replace(/^[^/]+\//, ''), content as string]));
  expect([...byPath.keys()]).toEqual(
    expect.arrayContaining([
      ...['about.json', 'cluster.json', 'kube/nodes.json', 'kube/pods.json', 'kube/events.json'],
      ...['hosts/north/k3s.log', 'hosts/box-b/machine.txt', 'runs/20261121.ndjson'],
    ]),
  );
  for (const path of [
    'hosts/north/k3s.log',
    'hosts/box-b/machine.txt',
    'kube/events.json',
    'runs/20261121.ndjson',
  ])
    expect(byPath.get(path), path).toMatch(CLEAN);
  for (const path of ['kube/pods.json', 'kube/nodes.json'])
    expect(byPath.get(path), path).not.toContain('planted');
  const all = [...byPath.values()].join('\n');
  for (const secret of SECRETS) for (const form of [secret, base64(secret)]) expect(all).not.toContain(form);
  // No source, no answer of most tools: said, and no bug of ours.
  expect(missing.map(({ code }) => code)).not.toContain('BUG');
});
