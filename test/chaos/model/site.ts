import type { Cluster, Host } from '../../../src/spec/cluster.ts';
import { type Etcd, hasQuorum, stepMembers } from './etcd.ts';
import { type K3s, stepK3s } from './k3s.ts';
import { stepControllers, stepKubelet } from './kubelets.ts';
import { type Machine, newMachine } from './machine.ts';
import { type Random, randomFrom } from './random.ts';
import { Timeline } from './timeline.ts';

// Every walk begins at the same moment, in a year in which the model's one certificate is good.
const START = Date.parse('2027-01-01T00:00:00Z');
const STEP_MS = 500;
const PASS_MS = 1000;

/** Everything outside edgectl: machines, the links between them, and the k3s that they run. Lives as long as one walk. */
export class Site {
  readonly timeline = new Timeline(START);
  readonly random: Random;
  /** Whether k3s comes from a bundle, with files and an image beside it. */
  readonly hasBundle: boolean;
  readonly machines: readonly Machine[];
  readonly k3s = new Map<Machine, K3s>();
  readonly etcds = new Map<string, Etcd>();
  /** Links between two machines that are cut, by `linkOf`. */
  readonly cut = new Set<string>();
  /** Every secret that was minted, by its name and when; more than one where one was minted anew. */
  readonly secrets: string[] = [];
  /** What must never be seen, as it was seen. */
  readonly violations: string[] = [];
  #settled = 0;

  constructor(cluster: Cluster, seed: number) {
    this.random = randomFrom(seed);
    this.hasBundle = this.random.chance(0.4);
    this.machines = [...cluster.hosts, cluster.control, cluster.operator].map((host, index) =>
      newMachine(host, index, this.random, this.timeline),
    );
  }

  machineOf(host: Pick<Host, 'key' | 'duty'>): Machine {
    const found = this.machines.find(({ host: its }) => its.key === host.key && its.duty === host.duty);
    if (!found) throw new Error(`no machine ${host.key}`);
    return found;
  }

  isLinked(one: Machine, other: Machine): boolean {
    if (one === other) return one.isOn;
    if (!one.isOn || !other.isOn || !one.isPlugged || !other.isPlugged) return false;
    return this.cut.size === 0 || !this.cut.has(linkOf(one, other));
  }

  /** Whether a machine serves a cluster's Kubernetes API. */
  servesApi(machine: Machine, etcd: Etcd): boolean {
    const k3s = this.k3s.get(machine);
    return (
      k3s?.state === 'up' &&
      k3s.kind === 'server' &&
      k3s.etcd === etcd &&
      k3s.config['disable-apiserver'] !== true &&
      hasQuorum(etcd, machine, this)
    );
  }

  /** A machine whose API this one reaches. */
  apiFor(machine: Machine, etcd: Etcd): Machine | undefined {
    return this.machines.find((one) => this.isLinked(machine, one) && this.servesApi(one, etcd));
  }

  /** Lets so much time pass, in which everything outside edgectl goes on. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= PASS_MS) {
      await this.timeline.pass(Math.min(left, PASS_MS));
      this.settle();
    }
  }

  /** Lets everything outside edgectl come as far as it has come by now. */
  settle(): void {
    const { now } = this.timeline;
    if (now - this.#settled < STEP_MS) return;
    this.#settled = now;
    for (const machine of this.machines) stepK3s(machine, this);
    for (const etcd of this.etcds.values()) stepMembers(etcd, this);
    for (const machine of this.machines) stepKubelet(machine, this);
    for (const etcd of this.etcds.values()) stepControllers(etcd, this);
    for (const machine of this.machines) followTime(machine, this);
  }
}

/** The name of the link between two machines. */
export const linkOf = (one: Machine, other: Machine): string =>
  [one.host.address, other.host.address].sort().join(' ');

const TIMESYNC = '/etc/systemd/timesyncd.conf.d/edgectl.conf';

/** A board that asks the control node's chrony has its time from there before long. */
const followTime = (machine: Machine, site: Site): void => {
  if (machine.skew === 0 || !machine.isOn) return;
  if (!machine.disk.has(TIMESYNC) || !machine.units.get('systemd-timesyncd.service')?.runs) return;
  const server = site.machines.find(({ host }) => host.duty === 'control');
  if (!server?.units.get('chrony.service')?.runs || !site.isLinked(machine, server)) return;
  if (site.random.chance(0.02)) machine.skew = server.skew;
};
