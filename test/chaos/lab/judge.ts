import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Site } from '../../init/site.ts';
import { scriptOn } from '../../lab/exec-on.ts';
import { base64Forms } from '../judge.ts';

const SECRETS = 'for file in /var/lib/edgectl/*/secrets/*; do cat "$file"; echo; done';
const LOGS = 'journalctl --output=cat --no-pager 2>/dev/null; cat /var/log/*.log 2>/dev/null; true';
const HALVES = `find /etc /usr/local /var/lib/edgectl /var/lib/rancher/edgectl /var/lib/rancher/k3s/agent/images /var/lib/rancher/k3s/server/tls \
  \\( -name '*.edgectl-part' -o -name '*.part' -o -name '*.own' -o -name '.edgectl-*' -o -name 'placed.new' -o -name 'hosts.edgectl' \\) 2>/dev/null; true`;

const LEAST = 16;

/** Every line of what was minted that is long enough to be known again, without the frames of keys. */
const secretsOf = async (site: Site): Promise<readonly string[]> => {
  const text = await scriptOn(site.lab.name, 'control', SECRETS);
  return [...new Set(text.split('\n'))].filter((line) => line.length >= LEAST && !line.startsWith('-----'));
};

const journalsOf = async (state: string): Promise<readonly string[]> => {
  const files = await readdir(join(state, 'runs')).catch(() => []);
  return Promise.all(files.map((file) => readFile(join(state, 'runs', file), 'utf8')));
};

/** The secrets of the site that stand in a journal, in a log of a node, or in what edgectl printed. */
const leaks = async (site: Site, printed: readonly string[]): Promise<readonly string[]> => {
  const secrets = await secretsOf(site);
  const logs = await Promise.all(site.names().map((name) => scriptOn(site.lab.name, name, LOGS)));
  const text = [...printed, ...(await journalsOf(site.run.state)), ...logs].join('\n');
  const found = secrets.filter((secret) =>
    [secret, ...base64Forms(secret)].some((form) => text.includes(form)),
  );
  return secrets.length === 0
    ? ['no secret was found on the control node']
    : found.map((secret) => `a secret of ${secret.length} letters was leaked`);
};

/** What must not be at the end of a walk, in words. */
export const judgeLab = async (
  site: Site,
  printed: readonly string[],
  members: number,
): Promise<readonly string[]> => {
  const { ready, etcd, nodes } = await site.status();
  const names = etcd.map(({ name }) => name);
  const halves = await Promise.all(
    site.names().map(async (name) => {
      const found = (await scriptOn(site.lab.name, name, HALVES)).trim();
      return found === '' ? [] : [`half a file on ${name}: ${found.replaceAll('\n', ' ')}`];
    }),
  );
  return [
    ...(ready ? [] : ['the cluster is not Ready']),
    ...(new Set(names).size === names.length && names.length === members
      ? []
      : [`the members of etcd are ${names.join(', ')}`]),
    ...(etcd.every(({ voter, healthy }) => voter && healthy) ? [] : ['a member of etcd does not vote']),
    ...(nodes.length === site.names().length ? [] : [`there are ${nodes.length} nodes`]),
    ...halves.flat(),
    ...(await leaks(site, printed)),
  ];
};
