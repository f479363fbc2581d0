import { AGENT_UNIT, BINARY } from '../commands/k3s.ts';
import {
  agentConfig,
  defaultRuntimeDropIn,
  kubeletDropIn,
  resolvConfFile,
  resolvDropIn,
} from '../commands/k3s-config.ts';
import { dropInsOf, serve, stateAfter } from '../commands/k3s-service.ts';
import { agentUnit, runtimePathDropIn } from '../commands/k3s-unit.ts';
import type { Known } from '../decisions/index.ts';
import { acceleratorOf, runtimeOf } from '../domain/accelerators/of-hosts.ts';
import { CGROUP_V1_FLAG, needsCgroupFlag } from '../domain/topology/cgroups.ts';
import { filesFor } from '../domain/topology/files.ts';
import { nameIn } from '../domain/topology/names.ts';
import { entryOf, flannelDevice, workersOf } from '../domain/topology/roles.ts';
import { agentToken } from '../domain/topology/thefts.ts';
import { outcome } from '../engine/outcome.ts';
import { definePhase } from '../engine/phase.ts';
import { cgroups } from '../facts/cgroups.ts';
import { fileState } from '../facts/file-state.ts';
import { placedFile } from '../facts/placed.ts';
import { resolvConf } from '../facts/resolv-conf.ts';
import { unitState } from '../facts/systemctl.ts';
import type { Cluster, Host } from '../spec/cluster.ts';

const config = (cluster: Cluster, host: Host, known: Known) =>
  agentConfig({
    name: nameIn(known)(host),
    address: host.address,
    agentToken: agentToken(known),
    join: {
      server: entryOf(cluster, known),
      caHash: outcome(known.outcomes, 'server-ca.hash'),
    },
    defaults: flannelDevice(known, host),
    operator: cluster.k3s.agent,
  });

/**
 * Starts k3s on every worker. No worker waits for a token, which is known beforehand. That the nodes become Ready is
 * waited for in a later phase.
 */
export const startAgent = definePhase({
  id: 'start-agent',
  title: 'Start the agents',
  hosts: (cluster: Cluster, known: Known) => workersOf(cluster, known),

  facts: (cluster: Cluster, host: Host, known: Known) => ({
    config: fileState(config(cluster, host, known)),
    unitFile: fileState(agentUnit(filesFor(known, host).binary.sha256)),
    unit: unitState(AGENT_UNIT),
    binary: placedFile(BINARY, filesFor(known, host).binary),
    resolvConf,
    resolvFile: fileState(resolvConfFile(cluster.control.address)),
    resolvDropIn: fileState(resolvDropIn),
    cgroups,
    kubeletFile: fileState(kubeletDropIn(CGROUP_V1_FLAG)),
    runtimePath: fileState(runtimePathDropIn(AGENT_UNIT, runtimeOf(known, host))),
    defaultRuntime: fileState(defaultRuntimeDropIn(runtimeOf(known, host).name)),
  }),

  *plan({ cluster, host, facts, known }) {
    const needsResolver =
      !('resolv-conf' in cluster.k3s.agent) && ['loopback', 'absent'].includes(facts.resolvConf);
    yield* serve({
      unit: AGENT_UNIT,
      state: stateAfter(facts),
      files: [
        { file: config(cluster, host, known), was: facts.config },
        { file: agentUnit(filesFor(known, host).binary.sha256), was: facts.unitFile },
        ...(needsResolver ? [{ file: resolvConfFile(cluster.control.address), was: facts.resolvFile }] : []),
      ],
      dropIns: dropInsOf(AGENT_UNIT, facts, {
        resolver: needsResolver,
        flag: [CGROUP_V1_FLAG, needsCgroupFlag(cluster, 'agent', facts.cgroups)],
        runtime: runtimeOf(known, host),
        accelerator: acceleratorOf(known, host) !== undefined,
        defaultRuntime: cluster.gpu.defaultRuntime,
      }),
    });
  },
});
