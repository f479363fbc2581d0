import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { mergeKubeconfig } from '../../../src/spec/kubeconfig.ts';

const ours = (ca: string, certificate = 'cert', server = '10.20.0.11') => `# Written by edgectl.
apiVersion: v1
kind: Config
clusters:
  - name: crossing-17
    cluster:
      server: https://${server}:6443
      certificate-authority-data: ${ca}
users:
  - name: crossing-17-admin
    user:
      client-certificate-data: ${certificate}
      client-key-data: key
contexts:
  - name: crossing-17
    context:
      cluster: crossing-17
      user: crossing-17-admin
current-context: crossing-17
`;

const THEIRS = `# my clusters
apiVersion: v1
kind: Config
preferences: {}
clusters:
- name: office # do not touch
  cluster: { server: "https://office:6443", certificate-authority-data: ${'A'.repeat(200)} }
users:
- name: office
  user:
    exec: { apiVersion: client.authentication.k8s.io/v1, command: sso }
contexts:
- name: office
  context: { cluster: office, user: office }
current-context: office
`;

const merge = (into: string, from: string, mayReplace = false) =>
  mergeKubeconfig({ into, file: 'config' }, from, mayReplace);

describe('merging a kubeconfig', () => {
  it('keeps everything that was there, comments and current context too', () => {
    const merged = merge(THEIRS, ours('CA'));
    for (const line of THEIRS.split('\n').filter((text) => /#|AAA|sso|office$/.test(text)))
      expect(merged).toContain(line.trim());
    const { clusters, users, contexts, preferences } = parse(merged);
    expect(
      [clusters, users, contexts].map((list) => list.map((entry: { name: string }) => entry.name)),
    ).toEqual([
      ['office', 'crossing-17'],
      ['office', 'crossing-17-admin'],
      ['office', 'crossing-17'],
    ]);
    expect(preferences).toEqual({});
  });

  it('says nothing new the second time, to the last character', () => {
    const once = merge(THEIRS, ours('CA'));
    expect(merge(once, ours('CA'))).toBe(once);
  });

  it('makes a new file, whose current context it is', () => {
    expect(parse(merge('', ours('CA')))).toEqual(parse(ours('CA')));
  });

  it('takes a kubeconfig that has no entries, or is JSON', () => {
    const empty = 'apiVersion: v1\nkind: Config\nclusters: null\n';
    expect(parse(merge(empty, ours('CA'))).contexts).toHaveLength(1);
    const json = JSON.stringify(parse(THEIRS));
    expect(parse(merge(json, ours('CA'))).contexts).toHaveLength(2);
  });

  it('renews what is of the same cluster, and keeps the namespace of the context', () => {
    const before = merge(THEIRS, ours('CA')).replace(
      /^( +)(user: crossing-17-admin)$/m,
      '$1$2\n$1namespace: cameras',
    );
    expect(before).toContain('cameras');
    const { clusters, users, contexts } = parse(merge(before, ours('CA', 'renewed', '10.20.0.12')));
    expect(clusters[1].cluster.server).toBe('https://10.20.0.12:6443');
    expect(users[1].user['client-certificate-data']).toBe('renewed');
    expect(contexts[1].context.namespace).toBe('cameras');
  });

  it('refuses entries of another cluster by its name, unless they may be replaced', () => {
    const before = merge(THEIRS, ours('CA'));
    expect(() => merge(before, ours('OTHER'))).toThrow(
      "config: another cluster's entry crossing-17 is in clusters",
    );
    expect(parse(merge(before, ours('OTHER'), true)).clusters[1].cluster['certificate-authority-data']).toBe(
      'OTHER',
    );
    const leftUser = THEIRS.replace('- name: office\n  user', '- name: crossing-17-admin\n  user');
    expect(() => merge(leftUser, ours('CA'))).toThrow(
      "another cluster's entry crossing-17-admin is in users",
    );
  });

  it.each([
    ['a: [', 'config: '],
    ['just words', 'config: no kubeconfig'],
    ['kind: Cluster', 'config: no kubeconfig'],
    ['kind: Config\nclusters: { a: 1 }', 'config: clusters is no list'],
  ])('refuses %j', (text, message) => {
    expect(() => merge(text, ours('CA'))).toThrow(message);
  });
});
