import type { KubeWrite } from '../engine/change.ts';
import type { Host } from '../spec/cluster.ts';

/** What it takes to talk to a cluster's API: its masters in the order to try, and the CAs that edgectl minted (PEM). */
export interface KubeAccess {
  readonly masters: readonly Host[];
  readonly serverCa: string;
  readonly clientCa: string;
  /** Signs a short-lived certificate for this run; never leaves memory. */
  readonly clientCaKey: string;
}

/** The Kubernetes API of one cluster, through the SSH connection of whichever master answers. */
export interface Kube {
  /** The JSON body; '' when no master answers or there is no such thing. */
  read(access: KubeAccess, path: string): Promise<string>;
  /** Throws KUBE_REFUSED with the API's own words, or CLUSTER_UNREACHABLE. */
  write(access: KubeAccess, write: KubeWrite): Promise<void>;
  /**
   * One attempt to write at an address of the API, over a connection of its own, as the host `from` reaches it: the HTTP
   * status, or 0 when no answer comes in time. The certificate has to be for that address.
   */
  attempt(
    access: KubeAccess,
    write: KubeWrite,
    at: { readonly from: Host; readonly address: string; readonly withinMs: number },
  ): Promise<number>;
  close(): void;
}
