import { makeFolders } from '../commands/install.ts';
import { BINARY, DATA, SERVER_UNIT } from '../commands/k3s.ts';
import {
  defaultRuntimeDropIn,
  kubeletDropIn,
  resolvConfFile,
  resolvDropIn,
  serverConfig,
} from '../commands/k3s-config.ts';
import { dropInsOf, serve, stateAfter } from '../commands/k3s-service.ts';
import { CA_KEYS, caCertificates, DATASTORE, SERVER_CA, TLS_FOLDERS, tlsFiles } from '../commands/k3s-tls.ts';
import { runtimePathDropIn, serverUnit } from '../commands/k3s-unit.ts';
import { syncAround } from '../commands/sync.ts';
import type { Known } from '../decisions/index.ts';
import { acceleratorOf, runtimeOf } from '../domain/accelerators/of-hosts.ts';
import { CGROUP_V1_FLAG, needsCgroupFlag } from '../domain/topology/cgroups.ts';
import { filesFor } from '../domain/topology/files.ts';
import { nameIn } from '../domain/topology/names.ts';
import { flannelDevice, mastersOf, roleOf, serversOf, usesEtcd } from '../domain/topology/roles.ts';
import { roleTaints } from '../domain/topology/taints.ts';
import { agentToken } from '../domain/topology/thefts.ts';
import type { File } from '../engine/change.ts';
import { outcome } from '../engine/outcome.ts';
import { definePhase } from '../engine/phase.ts';
import { cgroups } from '../facts/cgroups.ts';
import { etcdVotes } from '../facts/etcd.ts';
import { fileState } from '../facts/file-state.ts';
import { apiState, noApiYet } from '../facts/kube.ts';
import { placedFile } from '../facts/placed.ts';
import { resolvConf } from '../facts/resolv-conf.ts';
import { serverTls } from '../facts/server-tls.ts';
import { supervisorAnswers } from '../facts/supervisor.ts';
import { unitRuns, unitState } from '../facts/systemctl.ts';
import type { Cluster, Host, K3sValue } from '../spec/cluster.ts';
import { Problem } from '../support/problem.ts';

// Its unit counts as running when its API answers, so that never more than one of a cluster in use is missing.
const RUNS_WITHIN = 600;

// k3s gives its members 5 s, so that a leader that is gone is missed for up to 9.5 s. This is 6.5 s at most, and seven heartbeats.
const ELECTION = { 'etcd-arg': ['election-timeout=3500'] };

const listOf = (value: K3sValue | undefined): readonly string[] => {
  if (value === undefined) return [];
  return typeof value === 'object' ? value.map(String) : [String(value)];
};

const isFounder = (cluster: Cluster, host: Host, known: Known): boolean =>
  mastersOf(cluster, known)[0]?.key === host.key;

/** The configuration with which a server founds the cluster, or joins the first master that it is not itself. */
const config = (cluster: Cluster, host: Host, known: Known, way: 'found' | 'join'): File => {
  const masters = mastersOf(cluster, known);
  const role = roleOf(known, host);
  const { server } = cluster.k3s;
  const other = way === 'join' ? masters.find(({ key }) => key !== host.key) : undefined;
  return serverConfig({
    name: nameIn(known)(host),
    address: host.address,
    agentToken: agentToken(known),
    defaults: {
      'flannel-backend': known.network.backend,
      'write-kubeconfig-mode': '0600',
      ...flannelDevice(known, host),
      ...(usesEtcd(cluster) && cluster.masters.ha === 'witness' ? ELECTION : {}),
    },
    operator: server,
    clusterInit: usesEtcd(cluster),
    ...(other ? { join: { server: other.address, caHash: outcome(known.outcomes, 'server-ca.hash') } } : {}),
    sans: [
      ...new Set([
        ...(cluster.masters.vip ? [cluster.masters.vip] : []),
        ...masters.flatMap((master) => [master.address, nameIn(known)(master)]),
        ...listOf(server['tls-san']),
      ]),
    ],
    taints: roleTaints(cluster, role),
    witness: role === 'witness',
  });
};

/**
 * Starts the servers one after another: the first master founds the cluster on our CAs, the second joins it, the witness
 * makes the third vote. A founder whose disk was lost joins the others, for founding again would make a second cluster.
 *
 * A server counts as started when its supervisor answers and its etcd member votes: the next one needs no more. But where
 * the whole cluster is down no member can vote before the others are up, so there nobody waits in the lane.
 */
export const startServer = definePhase({
  id: 'start-server',
  title: 'Start the servers',
  hosts: (cluster: Cluster, known: Known) => serversOf(cluster, known),

  facts: (cluster: Cluster, host: Host, known: Known) => {
    const certificates = caCertificates(known.outcomes);
    const caHash = outcome(known.outcomes, 'server-ca.hash');
    const first = isFounder(cluster, host, known) ? 'found' : 'join';
    return {
      api: known.isFounding ? noApiYet : apiState,
      tls: serverTls({
        datastore: DATASTORE,
        serverCa: { path: `${SERVER_CA.path}.crt`, sha256: caHash },
        certificates,
        keys: CA_KEYS,
      }),
      config: fileState(config(cluster, host, known, first)),
      rejoin: fileState(config(cluster, host, known, 'join')),
      unitFile: fileState(serverUnit(filesFor(known, host).binary.sha256)),
      unit: unitState(SERVER_UNIT),
      binary: placedFile(BINARY, filesFor(known, host).binary),
      resolvConf,
      resolvFile: fileState(resolvConfFile(cluster.control.address)),
      resolvDropIn: fileState(resolvDropIn),
      cgroups,
      kubeletFile: fileState(kubeletDropIn(CGROUP_V1_FLAG)),
      runtimePath: fileState(runtimePathDropIn(SERVER_UNIT, runtimeOf(known, host))),
      defaultRuntime: fileState(defaultRuntimeDropIn(runtimeOf(known, host).name)),
    };
  },

  *plan({ cluster, host, facts, known }) {
    const { tls } = facts;
    if (tls === 'foreign')
      throw new Problem('FOREIGN_CLUSTER', 'already a server of a cluster that is not this one', {
        host: nameIn(known)(host),
        hint: `edgectl reset takes k3s off the hosts of the cluster file, with everything in it`,
      });
    const founds = isFounder(cluster, host, known);
    const isLost = founds && tls !== 'ours' && facts.api === 'ready';
    if (founds && !isLost && tls === 'absent') {
      yield { says: 'make the folders of the CAs', run: { command: makeFolders('0700', ...TLS_FOLDERS) } };
      for (const file of tlsFiles(known.outcomes)) yield { says: `write ${file.path}`, run: { file } };
    }
    // etcd syncs what it writes: after a power cut there would be a datastore whose CAs are empty files.
    if (founds && !isLost && tls !== 'ours')
      yield { says: 'have the CAs outlast a power cut', run: { command: syncAround(DATA) } };

    // A founder that has rejoined keeps the configuration with which it did.
    const rejoins = isLost || (founds && tls === 'ours' && facts.rejoin === 'same');
    const needsResolver =
      !('resolv-conf' in cluster.k3s.server) && ['loopback', 'absent'].includes(facts.resolvConf);
    yield* serve({
      unit: SERVER_UNIT,
      state: stateAfter(facts),
      files: [
        rejoins
          ? { file: config(cluster, host, known, 'join'), was: facts.rejoin }
          : { file: config(cluster, host, known, founds ? 'found' : 'join'), was: facts.config },
        { file: serverUnit(filesFor(known, host).binary.sha256), was: facts.unitFile },
        ...(needsResolver ? [{ file: resolvConfFile(cluster.control.address), was: facts.resolvFile }] : []),
      ],
      dropIns: dropInsOf(SERVER_UNIT, facts, {
        resolver: needsResolver,
        flag: [CGROUP_V1_FLAG, needsCgroupFlag(cluster, 'server', facts.cgroups)],
        runtime: runtimeOf(known, host),
        accelerator: acceleratorOf(known, host) !== undefined,
        defaultRuntime: cluster.gpu.defaultRuntime,
      }),
    });
  },

  lane: () => 'servers',

  until: ({ cluster, host, known, facts }) => {
    if (facts.tls === 'ours' && facts.api !== 'ready') return [];
    const isLeft =
      facts.unit === 'running' && facts.unitFile === 'same' && [facts.config, facts.rejoin].includes('same');
    return [
      ...(facts.tls === 'ours' && !isLeft ? [unitRuns(SERVER_UNIT, RUNS_WITHIN)] : []),
      ...(roleOf(known, host) === 'master' ? [supervisorAnswers] : []),
      ...(usesEtcd(cluster) ? [etcdVotes(`the etcd member on ${nameIn(known)(host)} votes`)] : []),
    ];
  },
});
