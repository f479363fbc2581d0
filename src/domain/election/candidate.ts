/** What the election weighs of one host. What nobody could tell is absent. */
export interface Candidate {
  /** The host's key in the cluster. */
  readonly key: string;
  readonly machineId: string;
  readonly bits: 32 | 64;
  /** MiB. */
  readonly memory: number;
  /** MiB free where k3s keeps its data. */
  readonly disk?: number;
  /** The 99th percentile of an fsync, in milliseconds. */
  readonly fsync?: number;
  /** The cluster file lets the disk be slower than etcd wants it. */
  readonly maySyncSlowly: boolean;
  /** Mbit/s of the link that carries the cluster. */
  readonly linkSpeed?: number;
  readonly gpu: boolean;
  /** Seconds since boot. */
  readonly uptime: number;
  /** Seconds by which the clock is wrong and stays so, because nobody may set it; 0 when it is right or will be set. */
  readonly clockError: number;
}
