import { get } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import { etcdMember } from '../../../src/facts/etcd.ts';
import { type NodeState, nodeList } from '../../../src/facts/node.ts';
import { deployEcho, kubectl, within } from '../../init/cluster.ts';
import { execOn, type LabSummary } from '../../lab/lab.ts';

const WITHIN = 300;

// Both pods stand behind one address, which picks one of them at random for every connection.
const ASK = `for try in $(seq 40); do curl -s -m 2 "http://$0/"; done | grep -o 'pod=[^ ]*' | sort -u`;

const TRY_MS = 1_000;

/** Whether an API answers there, whatever it answers: asked from this machine, which costs the nodes next to nothing. */
const hasApi = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const asking = get(
      {
        host: address,
        port: 6443,
        path: '/readyz',
        rejectUnauthorized: false,
        agent: false,
        timeout: TRY_MS,
      },
      ({ statusCode = 503 }) => {
        asking.destroy();
        resolve(statusCode < 500);
      },
    );
    asking.on('timeout', () => asking.destroy());
    asking.on('error', () => resolve(false));
  });

const apiNode = async ({ nodes }: LabSummary): Promise<string> => {
  const [, ...boards] = nodes;
  const has = await Promise.all(boards.map(({ address }) => hasApi(address)));
  return boards[has.indexOf(true)]?.name ?? '';
};

const allReady = async (lab: LabSummary, at: string): Promise<readonly NodeState[] | undefined> => {
  const found = nodeList.parse(await kubectl(lab.name, at, 'get', 'nodes', '--output', 'json'));
  if (found === 'absent' || found.length < lab.nodes.length) return undefined;
  return found.every(({ ready }) => ready) ? found : undefined;
};

const votes = async (lab: string, node: string, voters: number): Promise<boolean> => {
  const { stdout } = await execOn(lab, node, ['curl', '-s', 'http://127.0.0.1:2381/metrics']);
  const member = etcdMember.parse(stdout);
  return member !== 'absent' && member.hasLeader && member.voter && member.members === voters;
};

const answers = async (lab: string, node: string, address: string, pods: number): Promise<boolean> => {
  const { stdout } = await execOn(lab, node, ['sh', '-c', ASK, address]);
  return stdout.split('\n').filter(Boolean).length === pods;
};

/**
 * Where both clocks stop: every node of the lab is Ready, three members of etcd vote, and a pod on each worker answers
 * through a Service, asked from each worker. It looks from the outside and knows nothing of who made the cluster.
 */
export const awaitCluster = async (lab: LabSummary): Promise<void> => {
  let at = '';
  let nodes: readonly NodeState[] = [];
  await within(WITHIN, 'an API answers', async () => {
    at = await apiNode(lab);
    return at !== '';
  });
  await within(WITHIN, 'all nodes Ready', async () => {
    nodes = (await allReady(lab, at)) ?? [];
    // Each look is a kubectl on a node that has other work.
    if (nodes.length === 0) await wait(750);
    return nodes.length > 0;
  });
  const isServer = ({ labels }: NodeState) => 'node-role.kubernetes.io/etcd' in labels;
  const servers = nodes.filter(isServer).map(({ name }) => name);
  const workers = nodes.filter((node) => !isServer(node)).map(({ name }) => name);
  if (servers.length !== 3) throw new Error(`the servers are ${servers.join(', ')}`);
  const voting = servers.map((name) =>
    within(WITHIN, `${name} votes`, () => votes(lab.name, name, servers.length)),
  );
  // A namespace gets its service account a moment after the API is up.
  const echoing = within(WITHIN, 'the echo pods', () => deployEcho(lab.name, at, workers).then(() => true));
  await Promise.all([...voting, echoing]);
  const address = await kubectl(lab.name, at, 'get', 'service', 'echo', '-o', 'jsonpath={.spec.clusterIP}');
  await Promise.all(
    workers.map((name) =>
      within(WITHIN, `${name} reaches every pod`, () => answers(lab.name, name, address, workers.length)),
    ),
  );
};
