import type { AcceleratorId } from '../../spec/accelerators.ts';

/** NVIDIA's cards in a machine: how many are on its PCI buses, the version of the driver in its kernel ('' for none), and what NVML calls those that it sees. */
export interface Cards {
  readonly found: number;
  readonly driver: string;
  readonly named: readonly string[];
}

/** What is known of a host that may tell an accelerator; `model` is '' on a PC. */
export interface Hardware {
  readonly model: string;
  readonly l4t: { readonly release: number; readonly revision: string } | 'absent';
  readonly cards: Cards | 'absent';
}

/** An accelerator that a host has: in words, how many GPUs, and which packages go with it. */
export interface Fit {
  readonly what: string;
  readonly gpus: number;
  /** The oldest version that fits. */
  readonly least: string;
  /**
   * Whether the packages of an archive are for this host, and how much rather than others: by its codename, such as `r36.4`
   * or `jammy`; '' where it has none. Undefined: they are for other hosts.
   */
  suits(codename: string): number | undefined;
}

/** One that is there and cannot be used: in words, why, and what would mend it. */
export interface Unfit {
  readonly lacks: string;
  readonly hint: string;
}

/** A kind of accelerator: how a host with it is recognised, and what lets pods use it. */
export interface Accelerator {
  readonly id: AcceleratorId;
  /** What a host has of it; undefined when it has none. */
  recognise(hardware: Hardware): Fit | Unfit | undefined;
  /** The Debian package with its container runtime, then those that are of the same version; what they need comes with them. */
  readonly packages: readonly [string, ...string[]];
  readonly runtime: Runtime;
  /** What pods ask for, such as `nvidia.com/gpu`. */
  readonly resource: string;
  readonly plugin: Plugin;
}

/**
 * A container runtime as k3s finds it: k3s looks for `program` in the PATH of its service when it starts, and calls the
 * runtime, and its RuntimeClass, by `name`. `folders` are those where packages and operators put the program.
 */
export interface Runtime {
  readonly name: string;
  readonly program: string;
  readonly folders: readonly string[];
}

/** The device plugin, which tells the kubelet of the GPUs. */
export interface Plugin {
  /** The repository of its image; the tag is the bundle's. */
  readonly image: string;
  /** What it runs as. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The text of its configuration, with which so many workloads share one GPU. */
  config(shares: number): string;
  /** What starts the same image and ends well at once, to see whether a container with a GPU starts at all. */
  readonly probe: readonly string[];
}
