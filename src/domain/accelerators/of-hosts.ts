import type { Cluster, Host } from '../../spec/cluster.ts';
import type { Accelerator, Runtime } from './accelerator.ts';
import type { Chosen } from './choose.ts';
import { accelerators } from './registry.ts';

/** As much of what is known as tells the accelerators of hosts, by host key. */
export interface Found {
  readonly accelerators?: Readonly<Record<string, Chosen>>;
}

/** The accelerator of a host, if it has one. */
export const acceleratorOf = ({ accelerators: found }: Found, { key }: Host): Accelerator | undefined => {
  const id = found?.[key]?.accelerator ?? 'none';
  return id === 'none' ? undefined : accelerators[id];
};

/** The container runtime that pods on a host need besides; runc, which is always there, where it has no accelerator. */
export const runtimeOf = (found: Found, host: Host): Runtime =>
  acceleratorOf(found, host)?.runtime ?? { name: 'runc', program: 'runc', folders: [] };

/** The boards with an accelerator. */
export const acceleratedHosts = ({ hosts }: Cluster, found: Found): readonly Host[] =>
  hosts.filter((host) => acceleratorOf(found, host) !== undefined);

/** How many workloads a host's GPUs are offered to. */
export const sharesOf = ({ gpu }: Cluster, { accelerators: found }: Found, { key }: Host): number =>
  (found?.[key]?.gpus ?? 0) * gpu.shares;

/** The image of the device plugin for all hosts with an accelerator; undefined when none has it. */
export const pluginImage = (
  { hosts }: Cluster,
  { accelerators: found = {} }: Found,
  { id }: Accelerator,
): string | undefined =>
  hosts.flatMap(({ key }) => {
    const chosen = found[key];
    return chosen?.accelerator === id && chosen.image !== undefined ? [chosen.image] : [];
  })[0];

/** The label by which device plugins know the nodes that they are for. */
export const ACCELERATOR_LABEL = 'edgectl.io/accelerator';
