import { homedir } from 'node:os';
import { join } from 'node:path';
import { LabProblem } from './lab-problem.ts';

/** The checkout's folder of labs, one folder a lab; git ignores it. */
export const labsFolder = join(import.meta.dirname, '..', '..', '.lab');

/** Everything edgectl keeps outside the checkout to be faster next time. */
export const cacheFolder = () =>
  process.env['EDGECTL_CACHE'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'edgectl');

/** Where one lab's things lie and what they are called; `name` is refused if it could not be a host name. */
export const layout = (name: string) => {
  if (!/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/.test(name))
    throw new LabProblem(`"${name}" is no lab name: use up to 40 lower-case letters, digits and hyphens`);
  const folder = join(labsFolder, name);
  return {
    name,
    folder,
    lock: join(labsFolder, `${name}.lock`),
    state: join(folder, 'lab.json'),
    clusterFile: join(folder, 'cluster.yaml'),
    knownHosts: join(folder, 'known_hosts'),
    key: join(folder, 'id_ed25519'),
    bundle: join(folder, 'bundle'),
    releaseServer: join(folder, 'release.json'),
    releaseLog: join(folder, 'release.log'),
    network: `edgectl-${name}`,
    // The whole path: a lab of another checkout may have the same name.
    label: `edgectl.lab=${folder}`,
    container: (node: string) => `edgectl-${name}-${node}`,
    volume: (node: string) => `edgectl-${name}-${node}-rancher`,
    disk: (node: string) => join(folder, 'nodes', node, 'rancher.ext4'),
    seed: (node: string) => join(folder, 'nodes', node, 'seed'),
  } as const;
};

/** The places and names of one lab. */
export type Layout = ReturnType<typeof layout>;
