import { createHash, randomFillSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chainDistribution } from '../../src/adapters/chain/chain.ts';
import { starDistribution } from '../../src/adapters/star/star.ts';
import { machineShells } from '../../src/cli/shells.ts';
import type { Ended, Transfer } from '../../src/engine/world.ts';
import type { Suppliers } from '../../src/ports/distribution.ts';
import type { Source } from '../../src/ports/source.ts';
import type { Cluster, Host } from '../../src/spec/cluster.ts';
import { readClusterFile } from '../../src/spec/cluster-file.ts';
import { isProblems } from '../../src/support/problem.ts';
import type { LabSummary } from '../lab/lab.ts';
import { helperPrograms } from '../support/build/helper.ts';

/** Where content lands on the hosts of a chain's tests. */
export const INTO = '/var/lib/rancher/edgectl/blobs';

/** Content that a test brings, by its digest. */
export interface Blob {
  readonly name: string;
  readonly digest: string;
}

/** How a test brings it; nobody but the control node has anything unless said otherwise. */
export interface BringWish {
  readonly onProgress?: (host: Host, done: number) => void;
  readonly rate?: number;
  readonly holders?: Suppliers['holders'];
  readonly linked?: (from: string, to: string, cipher: string) => void;
}

/** A lab's hosts as the ends of a chain, with edgectl's own code between them. */
export interface Bringer {
  readonly cluster: Cluster;
  /** Makes random content of so many bytes. */
  blobOf(name: string, size: number): Blob;
  /** Brings blobs to hosts; gives how each host's ended, and whom the star had to serve. */
  bring(
    blobs: (host: Host) => readonly Blob[],
    wish?: BringWish,
  ): Promise<{ readonly ends: Readonly<Record<string, string>>; readonly byStar: readonly string[] }>;
  close(): void;
}

const clusterOf = (lab: LabSummary): Cluster => {
  const at = { home: homedir(), folder: dirname(lab.file) };
  const read = readClusterFile(readFileSync(lab.file, 'utf8'), lab.file, at);
  if (isProblems(read)) throw read.problems[0];
  return read.cluster;
};

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Takes the hosts of a lab for the ends of chains; the programs of this checkout are the relays. */
export const openBringer = async (lab: LabSummary): Promise<Bringer> => {
  const cluster = clusterOf(lab);
  const folder = mkdtempSync(join(tmpdir(), 'edgectl-chain-'));
  const content = new Map<string, { readonly path: string; readonly size: number }>();
  const programs = await helperPrograms(join(import.meta.dirname, '../..'));
  const helpers = (arch: string) => {
    const bytes = programs.get(`node-helper/node-helper-${arch}`);
    if (!bytes) return undefined;
    const path = join(folder, arch);
    writeFileSync(path, bytes);
    return { path, size: bytes.length, sha256: digestOf(bytes) };
  };
  const source: Source = {
    release: () => Promise.reject(new Error('not asked for')),
    fetch: async ({ digest }) => content.get(digest) ?? Promise.reject(new Error(digest)),
  };
  return {
    cluster,
    blobOf: (name, size) => {
      const bytes = randomFillSync(Buffer.alloc(size));
      const path = join(folder, name);
      writeFileSync(path, bytes);
      const digest = `sha256:${digestOf(bytes)}`;
      content.set(digest, { path, size });
      return { name, digest };
    },
    async bring(blobs, { onProgress = () => {}, rate, holders = new Map(), linked } = {}) {
      const shells = machineShells({ state: folder, acceptNewHostKeys: false });
      const star = starDistribution(shells, source);
      const byStar: string[] = [];
      const watched = {
        distribute: (transfers: readonly Transfer[], from: Suppliers, ended: Ended) => {
          byStar.push(...transfers.map(({ host }) => host.key));
          return star.distribute(transfers, from, ended);
        },
      };
      const ends = new Map<string, string>();
      const transfers = [...cluster.hosts, cluster.control].map((host) => ({
        host,
        into: INTO,
        blobs: blobs(host),
        progress: (done: number) => onProgress(host, done),
      }));
      try {
        await chainDistribution({ shells, source, star: watched, helpers, rate, linked }).distribute(
          transfers.filter((transfer) => transfer.blobs.length > 0),
          { control: cluster.control, holders },
          ({ host }, problem) => void ends.set(host.key, problem?.message ?? 'there'),
        );
      } finally {
        await shells.close();
      }
      return { ends: Object.fromEntries(ends), byStar };
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
};
