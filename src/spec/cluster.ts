import type { AcceleratorId } from './accelerators.ts';

/** How a host is reached over SSH, what the file says for all hosts filled in; paths are absolute. */
export interface SshAccess {
  /** Absent: what `~/.ssh/config` says, else root. */
  readonly user?: string;
  /** Absent: what `~/.ssh/config` says, else 22. */
  readonly port?: number;
  /** Path of a private key file; absent: the agent, then the usual files. */
  readonly key?: string;
  /** `SHA256:…` or a whole public key line; absent: a known_hosts file has to know it. */
  readonly hostKey?: string;
  readonly bastion?: {
    readonly address: string;
    /** Absent: what `~/.ssh/config` says, else 22. */
    readonly port?: number;
    /** Absent: what `~/.ssh/config` says, else the user of the host behind it. */
    readonly user?: string;
    readonly hostKey?: string;
  };
}

/** One machine of the cluster, with every default filled in. */
export interface Host {
  /** Unique in the cluster: the given name, else the address. */
  readonly key: string;
  /** The name that the operator gave; absent: the machine's own hostname. */
  readonly name?: string;
  readonly address: string;
  /** `operator` is the machine that edgectl runs on: it takes the kubeconfig and is no node. */
  readonly duty: 'control' | 'board' | 'operator';
  readonly role: 'auto' | 'worker';
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly string[];
  /** Reached without SSH, because it is the machine that edgectl runs on. */
  readonly local: boolean;
  readonly ssh: SshAccess;
}

/** A value in `k3s.server` and `k3s.agent`, passed to k3s's config.yaml. */
export type K3sValue = string | number | boolean | readonly (string | number)[];

/** A key whose signature counts. `publicKey` is the 32 bytes of an Ed25519 key in base64; `notAfter` is a day, ends included. */
export interface TrustKey {
  readonly id: string;
  readonly publicKey: string;
  readonly notAfter?: string | undefined;
}

/** What the operator wrote in `cluster.yaml`, with every default filled in. */
export interface Cluster {
  readonly name: string;
  readonly control: Host;
  /** The boards, in the file's order. */
  readonly hosts: readonly Host[];
  readonly operator: Host;
  readonly masters: {
    readonly elect: 1 | 2;
    readonly ha: 'witness' | 'none';
    readonly vip?: string;
    readonly schedulable: boolean;
  };
  readonly k3s: {
    /** `v1.34.2+k3s1` */
    readonly version: string;
    /** A URL or an absolute folder, laid out like a k3s release; the version is a path segment of a URL. */
    readonly source: string;
    readonly server: Readonly<Record<string, K3sValue>>;
    readonly agent: Readonly<Record<string, K3sValue>>;
  };
  /** Where k3s comes from in place of `k3s.source`: a bundle's place, absolute, and whose signature counts. */
  readonly bundle?: {
    readonly path: string;
    readonly trust: readonly TrustKey[];
  };
  /** The accelerator of the boards, how many workloads share one GPU, and whether pods get its runtime unasked. */
  readonly gpu: {
    readonly runtime: 'auto' | AcceleratorId | 'none';
    readonly shares: number;
    readonly defaultRuntime: boolean;
  };
  readonly time: { readonly from: 'control' | 'none' };
  readonly waive: readonly { readonly code: string; readonly host?: string; readonly reason: string }[];
}

/** Every machine that becomes a node: the boards, and the control node where it is the witness. */
export const nodes = ({ control, hosts, masters }: Cluster): readonly Host[] =>
  masters.ha === 'witness' ? [...hosts, control] : hosts;

/** Why the cluster file lets a check fail on a host, by the host's key; undefined where it does not. */
export const waiverOf = ({ waive }: Cluster, check: string, key: string): string | undefined =>
  waive.find(({ code, host }) => code === check && (host === undefined || host === key))?.reason;
