import { execa } from 'execa';
import { LabProblem } from '../lab-problem.ts';
import type { Layout } from '../layout.ts';
import { tryPodman } from '../podman.ts';

/** A bridge vanishes with its last running node: without this route its addresses would then be sought outside this machine. */
const dropOutside = (gateway: string) => [
  'unreachable',
  gateway.replace(/\.\d+$/, '.0/24'),
  'metric',
  '4096',
];

/** Keeps the lab's addresses on this machine, whether or not its bridge is there. */
export const guardAddresses = (gateway: string) => execa('ip', ['route', 'replace', ...dropOutside(gateway)]);

/** Forgets the lab's addresses. */
export const releaseAddresses = (gateway: string) =>
  execa('ip', ['route', 'delete', ...dropOutside(gateway)], { reject: false });

type Inspected = readonly [
  {
    readonly labels?: Readonly<Record<string, string>>;
    readonly subnets: readonly [{ readonly gateway: string }];
  },
];

const inspect = async (network: string) => {
  const said = await tryPodman(['network', 'inspect', network]);
  return said.exitCode === 0 ? (JSON.parse(said.stdout) as Inspected)[0] : undefined;
};

/**
 * Makes the lab's bridge on a /24 that podman finds free on this machine, under podman's own lock.
 * Gives the bridge's address: the nodes' gateway, and their one name server, which answers at once that it is none.
 */
export const createNetwork = async ({ network, label }: Layout): Promise<string> => {
  const said = await tryPodman(['network', 'create', '--disable-dns', '--label', label, network]);
  const made = await inspect(network);
  if (made === undefined)
    throw new LabProblem(`podman could not make the network ${network}: ${said.stderr}`);
  if (said.exitCode === 0) return made.subnets[0].gateway;
  const owner = made.labels?.['edgectl.lab'] ?? 'something else';
  throw new LabProblem(`${network} belongs to ${owner}: take another name with --name`);
};

const numbered = (gateway: string, number: number) => gateway.replace(/\.\d+$/, `.${number}`);

/** The address of node number `index` (0 is the control node) on the bridge with this gateway. */
export const nodeAddress = (gateway: string, index: number) => numbered(gateway, 10 + index);

/** The address of emulated board number `index`, behind those of all other nodes that there may be. */
export const boardAddress = (gateway: string, index: number) => numbered(gateway, 220 + index);
