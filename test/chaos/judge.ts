import { DATASTORE } from '../../src/commands/k3s-tls.ts';
import { readJournal, summarise } from '../../src/engine/journal.ts';
import type { Cluster } from '../../src/spec/cluster.ts';
import { nodes } from '../../src/spec/cluster.ts';
import { PLACED } from '../../src/support/placed-list.ts';
import type { Ran } from './edgectl-run.ts';
import type { Etcd } from './model/etcd.ts';
import type { Machine } from './model/machine.ts';
import type { Site } from './model/site.ts';

/** A text's letters inside something longer in base64, for each of its three places there. */
export const base64Forms = (text: string): readonly string[] =>
  [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]).toString('base64');
    return encoded.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + text.length) * 8) / 6));
  });

const leaks = ({ secrets }: Site, runs: readonly Ran[]): readonly string[] => {
  const text = runs.flatMap(({ journal, said, problems }) => [journal, ...said, ...problems]).join('\n');
  return secrets
    .filter((secret) => [secret, ...base64Forms(secret)].some((form) => text.includes(form)))
    .map((secret) => `leaked: ${secret} stands in a journal, a command line or a problem`);
};

/** A file that is half there: one that is empty, or that was to be renamed when it was whole. */
export const HALF = /\.(part|own|edgectl-part|edgectl)$|\/\.#|\/import\.|\/\.edgectl-/;
/**
 * Whether a file is a part beside the whole file that it was to replace: the power was cut just after, and the file of before
 * became the wanted one again. It goes when that file is written next.
 */
const isLeft = ({ disk }: Machine, path: string): boolean => {
  const [, folder, name] = /^(.*\/)\.?(.+?)(?:\.[0-9a-f]{6})?\.edgectl-part$/.exec(path) ?? [];
  // The list of what was placed only saves reading it all again: without it everything is looked at anew.
  return path === `${PLACED}.edgectl-part` || (name !== undefined && disk.has(`${folder}${name}`));
};

/** How many such parts a walk has left. */
export const leftParts = ({ machines }: Site): number =>
  machines.reduce(
    (sum, machine) => sum + [...machine.disk.files.keys()].filter((path) => isLeft(machine, path)).length,
    0,
  );

const halves = (machine: Machine): readonly string[] =>
  [...machine.disk.files].flatMap(([path, { content }]) =>
    (HALF.test(path) && !isLeft(machine, path)) || content === ''
      ? [`half a file: ${path} on ${machine.host.key}`]
      : [],
  );

const members = (cluster: Cluster, site: Site, [etcd]: readonly Etcd[]): readonly string[] => {
  if (!etcd) return ['no cluster'];
  const wanted = cluster.masters.ha === 'witness' ? cluster.masters.elect + 1 : cluster.masters.elect;
  const names = etcd.members.map(({ name }) => name);
  const voters = etcd.members.filter(({ voter }) => voter);
  const founded = site.machines.filter(({ disk }) => disk.has(DATASTORE));
  return [
    ...(new Set(names).size === names.length ? [] : [`duplicate members: ${names.join(' ')}`]),
    ...(voters.length === wanted ? [] : [`${voters.length} members vote, not ${wanted}: ${names.join(' ')}`]),
    ...(founded.length === wanted ? [] : [`${founded.length} machines have a datastore, not ${wanted}`]),
    ...(etcd.nodes.size === nodes(cluster).length ? [] : [`${etcd.nodes.size} nodes`]),
    ...[...etcd.nodes.values()].flatMap(({ name, ready }) => (ready ? [] : [`node ${name} is not Ready`])),
  ];
};

const journals = (runs: readonly Ran[]): readonly string[] =>
  runs.flatMap(({ journal, ended }, index) => {
    if (journal === '') return [];
    const state = summarise(readJournal(journal))?.state;
    const right = { ok: ['done'], failed: ['failed'], killed: ['interrupted', undefined] }[ended];
    return (right as readonly unknown[]).includes(state)
      ? []
      : [`the journal of run ${index} says ${state}, and it is ${ended}`];
  });

/** What of a site at the end of a walk must not be. */
export const judge = (cluster: Cluster, site: Site, runs: readonly Ran[]): readonly string[] => [
  ...new Set(site.violations),
  ...leaks(site, runs),
  ...site.machines.flatMap(halves),
  ...members(cluster, site, [...site.etcds.values()]),
  ...journals(runs),
];

const OURS = [
  '/var/lib/edgectl',
  '/etc/rancher',
  '/usr/local/lib/edgectl',
  '/var/lib/rancher',
  '/usr/local/bin',
];

/** What a reset has left of k3s and edgectl. */
export const judgeReset = ({ machines }: Site): readonly string[] =>
  machines
    .filter(({ host }) => host.duty !== 'operator')
    .flatMap(({ host, disk }) =>
      OURS.flatMap((folder) => disk.below(`${folder}/`)).map((path) => `reset left ${path} on ${host.key}`),
    );
