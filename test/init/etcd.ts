import { execOn } from '../lab/lab.ts';
import { within } from './cluster.ts';

const TLS = '/var/lib/rancher/k3s/server/tls/etcd';

/** Asks a node's member of etcd, past k3s, by the gateway that every etcd has beside gRPC. */
const gateway = async <T>(lab: string, node: string, path: string, body: object): Promise<T> => {
  const words = [
    '--cacert',
    `${TLS}/server-ca.crt`,
    '--cert',
    `${TLS}/client.crt`,
    '--key',
    `${TLS}/client.key`,
  ];
  const { stdout } = await execOn(lab, node, [
    'curl',
    '-sS',
    '-m',
    '5',
    ...words,
    '-d',
    JSON.stringify(body),
    `https://127.0.0.1:2379/v3/${path}`,
  ]);
  return JSON.parse(stdout) as T;
};

/** Has a node's member lead etcd. `servers` are all nodes with a member. */
export const leadEtcd = async (lab: string, servers: readonly string[], node: string): Promise<void> => {
  const stands = async (name: string) => {
    const { leader, header } = await gateway<{ leader: string; header: { member_id: string } }>(
      lab,
      name,
      'maintenance/status',
      {},
    );
    return { name, leader, id: header.member_id };
  };
  await within(30, `${node} leads etcd`, async () => {
    const all = await Promise.all(servers.map(stands));
    const wanted = all.find(({ name }) => name === node);
    if (!wanted || wanted.leader === wanted.id) return wanted !== undefined;
    const leading = all.find(({ id, leader }) => id === leader);
    if (leading) await gateway(lab, leading.name, 'maintenance/transfer-leadership', { targetID: wanted.id });
    return false;
  });
};
