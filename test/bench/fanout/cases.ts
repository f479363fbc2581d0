import type { Links } from './network.ts';

/** How much goes over which links. Sizes are bytes. */
export interface Case extends Links {
  readonly files: number;
  readonly size: number;
}

/** A case, and the most that it may take of the wire's own time; `null` where this machine's cores are the limit. */
export interface PlainCase extends Case {
  readonly name: string;
  readonly limit: number | null;
}

const MIB = 1 << 20;
/** One file over links whose buckets hold 128 KiB: smaller ones cut big segments up, which costs this machine's CPU. */
const one = (name: string, nodes: number, mbit: number, mib: number, limit: number | null): PlainCase => ({
  ...{ name, nodes, mbit, limit },
  burst: '128kb',
  files: 1,
  size: mib * MIB,
});

/** What the others are compared with. */
export const USUAL = one('256MiB-100M-8', 8, 100, 256, 1.06);

/** With which the memory of the control node is measured, too. */
export const MOST_NODES = one('256MiB-100M-32', 32, 100, 256, 1.08);

/** Two cores do the crypto of everybody here, so it has no bar: plain TCP stands beside it. */
export const FASTEST = one('1GiB-1G-8', 8, 1000, 1024, null);

/** Nothing goes wrong, and all links are equal. */
export const PLAIN: readonly PlainCase[] = [
  one('1GiB-250M-8', 8, 250, 1024, 1.07),
  FASTEST,
  USUAL,
  one('256MiB-100M-16', 16, 100, 256, 1.065),
  MOST_NODES,
];

/** Small files. A bucket is free payload: 128 KiB at each port would be 1.6 % of these 8 MB. */
export const SMALL: PlainCase = {
  name: '2000x4KiB-100M-8',
  nodes: 8,
  mbit: 100,
  burst: '64kb',
  files: 2000,
  size: 4096,
  limit: 1.5,
};

/** A node whose link is slow, or which is killed, or whose cable is taken out. */
export const ODD_ONE = 4;

/** One node's link has a tenth of the others' rate; a quarter of the usual bytes, because that takes ten times as long. */
export const SLOW: Case = { ...one('64MiB-100M-8', 8, 100, 64, null), slow: { node: ODD_ONE, mbit: 10 } };

/** What peers are compared on: a star of eight takes eight times as long as the wire for one. */
export const BESIDE = one('64MiB-100M-8', 8, 100, 64, null);
