import * as removal from '../../../src/commands/k3s-removal.ts';
import type { Known } from '../../../src/decisions/index.ts';
import type { Command } from '../../../src/engine/command.ts';
import { resetNode } from '../../../src/phases/reset-node.ts';
import type { Cluster, Host } from '../../../src/spec/cluster.ts';
import type { Act } from './acts.ts';
import type { Machine } from './machine.ts';
import type { Answer } from './questions.ts';
import { scriptOf, step } from './step.ts';

/** What a running k3s leaves in a kernel when it is stopped; a boot without it has none. */
const KINDS: Readonly<Record<string, Machine['leftovers'] extends Set<infer T> ? T : never>> = {
  program: 'programs',
  mount: 'mounts',
  link: 'network',
  space: 'network',
  route: 'network',
  rules: 'rules',
};

const isThere = ({ disk, leftovers }: Machine, word: string): boolean => {
  const [kind = '', value = ''] = [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)];
  const volatile = KINDS[kind];
  if (volatile) return leftovers.has(volatile);
  if (kind === 'unit') return disk.has(`/etc/systemd/system/${value}`);
  if (kind === 'tool') return disk.read(value) === '-> k3s';
  const isFolder = disk.below(`${value}/`).length > 0;
  return kind === 'folder' ? isFolder : isFolder || disk.has(value);
};

const tellLeftovers: Answer = (machine, words) =>
  [...words.filter((word) => isThere(machine, word)), 'end', ''].join('\n');

const clears =
  (...kinds: ('programs' | 'mounts' | 'network' | 'rules')[]): Act =>
  ({ leftovers }) =>
    kinds.map((kind) => step(() => leftovers.delete(kind)));

const deleteFiles: Act = (machine, [folders = '', links = '', , ...paths]) => {
  const { disk, leftovers } = machine;
  const below = (folder: string) => disk.below(`${folder}/`).map((path) => step(() => disk.remove(path)));
  return [
    step(() => {
      if (leftovers.has('mounts')) throw new Error('still mounted');
      machine.images.clear();
    }),
    ...folders.split(' ').flatMap(below),
    ...links
      .split(' ')
      .map((link) => step(() => (disk.read(link) === '-> k3s' ? disk.remove(link) : undefined))),
    ...paths.flatMap((path) => {
      const at = path.lastIndexOf('/') + 1;
      const halves = disk.below(`${path.slice(0, at)}.${path.slice(at)}.`);
      return [...halves.filter((half) => half.endsWith('.edgectl-part')), `${path}.edgectl-part`].map(
        (half) => step(() => disk.remove(half)),
      );
    }),
    ...paths.flatMap((path) => [...below(path), step(() => disk.remove(path))]),
    // systemd forgets what has no file any more, when it is told to look.
    step(() => {
      for (const name of machine.units.keys())
        if (!disk.has(`/etc/systemd/system/${name}`) && !disk.has(`/lib/systemd/system/${name}`))
          machine.units.delete(name);
    }),
    step(() => disk.settle()),
  ];
};

const anyCluster = { k3s: { server: {} } } as unknown as Cluster;
const { left } = resetNode.facts(anyCluster, {} as Host, {} as Known);

/** What reset asks, by the texts of its scripts. */
export const RESET_ANSWERS: readonly (readonly [string, Answer])[] = [
  [scriptOf(left.ask as Command), tellLeftovers],
];

/** What it does. */
export const RESET_ACTS: readonly (readonly [string, Act])[] = [
  [scriptOf(removal.killPrograms), clears('programs')],
  [scriptOf(removal.unmount), clears('mounts')],
  [scriptOf(removal.unplug('')), clears('network')],
  [scriptOf(removal.removeRules), clears('rules')],
  [scriptOf(removal.deleteFiles), deleteFiles],
];
