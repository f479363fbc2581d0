import { type Check, checksOf } from '../../src/decisions/preflight/checks.ts';
import type { Found } from '../../src/decisions/preflight/questions.ts';
import { clusterCase } from './cases.ts';

const cluster = clusterCase('crossing-17');

/** What fails on a board that is the first host of a cluster, by its address and its answers. */
export const failuresOf = (address: string, found: Found): readonly Check[] => {
  const [box, ...all] = cluster.hosts;
  if (!box) throw new Error('the cluster has no boards');
  const host = { ...box, address };
  const masters = { ...cluster.masters, vip: address.replace(/\d+$/, '100') };
  return checksOf({ ...cluster, masters, hosts: [host, ...all] }, { [host.key]: found }).filter(
    ({ ok }) => !ok,
  );
};
