import { randomFillSync } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chunkList } from '../../../src/adapters/chain/chunk-list.ts';
import { helperPrograms } from '../../support/build/helper.ts';
import { type Figure, median } from '../figure.ts';
import { quiet, say } from '../machine.ts';
import { scratch } from '../scratch.ts';
import { type Payload, sendAlong } from './chain.ts';
import { openNetwork } from './network.ts';

const MIB = 1 << 20;
const ROOT = join(import.meta.dirname, '../../..');

/** One case: how much goes to how many nodes over which links, and the most that it may take of the wire's own time. */
interface Case {
  readonly name: string;
  readonly nodes: number;
  readonly mbit: number;
  readonly burst: string;
  readonly files: number;
  readonly size: number;
  readonly limit: number;
}

const PLAIN: readonly Case[] = [
  { name: '1GiB-250M-8', nodes: 8, mbit: 250, burst: '128kb', files: 1, size: 1024 * MIB, limit: 1.07 },
  { name: '256MiB-100M-8', nodes: 8, mbit: 100, burst: '128kb', files: 1, size: 256 * MIB, limit: 1.06 },
  { name: '256MiB-100M-16', nodes: 16, mbit: 100, burst: '128kb', files: 1, size: 256 * MIB, limit: 1.065 },
  { name: '256MiB-100M-32', nodes: 32, mbit: 100, burst: '128kb', files: 1, size: 256 * MIB, limit: 1.08 },
];

/** A node that is killed, or whose cable is taken out, when it has half of the content. */
const VICTIM = 4;
const KILLED_LIMIT_S = 0.5;
const CUT_LIMIT_S = 2;

const makePayload = async (folder: string, { files, size }: Case): Promise<Payload> => {
  await mkdir(folder, { recursive: true });
  const blobs = [];
  for (let n = 0; n < files; n++) {
    const path = join(folder, `blob-${n}`);
    const bytes = Buffer.alloc(size);
    // In pieces: one call fills at most 2 GiB.
    for (let at = 0; at < size; at += 64 * MIB) randomFillSync(bytes, at, Math.min(64 * MIB, size - at));
    await writeFile(path, bytes);
    blobs.push({ name: `blob-${n}`, size, chunks: await chunkList({ path, size }) });
  }
  return { bytes: files * size, blobs };
};

/** Bringing content to many nodes: the chain against the time that one link alone needs for the bytes. */
export const fanout = (rounds: number): Promise<readonly Figure[]> =>
  scratch(async (keep) => {
    const folder = await mkdtemp(join(process.env['TMPDIR'] ?? tmpdir(), 'edgectl-fanout-'));
    keep(folder);
    const programs = await helperPrograms(ROOT);
    const program = join(folder, 'node-helper');
    const bytes = programs.get(`node-helper/node-helper-${process.arch === 'arm64' ? 'arm64' : 'amd64'}`);
    if (!bytes) throw new Error('the relay needs Go 1.24');
    await writeFile(program, bytes, { mode: 0o755 });

    const runOne = async (of: Case, fault?: 'kill' | 'cut'): Promise<number> => {
      const place = join(folder, 'run');
      const payload = await makePayload(join(place, '0'), of);
      const network = await openNetwork(of.nodes, of.mbit, of.burst);
      await quiet();
      try {
        const { seconds, whole } = await sendAlong({
          network,
          nodes: of.nodes,
          program,
          folder: place,
          payload,
          ...(fault === undefined
            ? {}
            : {
                victim: VICTIM,
                onHalf: (pid: number) =>
                  fault === 'kill' ? void process.kill(pid, 'SIGKILL') : void network.cut(VICTIM),
              }),
        });
        const wanted = of.nodes - (fault === undefined ? 0 : 1);
        if (whole < wanted) throw new Error(`${of.name}: ${whole} of ${wanted} nodes got everything`);
        say(`${of.name}${fault ? ` ${fault}` : ''}: ${seconds.toFixed(2)} s`);
        return seconds;
      } finally {
        await network.close();
        await rm(place, { recursive: true, force: true });
      }
    };

    const figures: Figure[] = [];
    let usual = 0;
    for (const of of PLAIN) {
      const wire = (of.files * of.size * 8) / (of.mbit * 1e6);
      const seconds: number[] = [];
      for (let round = 0; round < rounds; round++) seconds.push(await runOne(of));
      if (of.name === '256MiB-100M-8') usual = median(seconds);
      figures.push({
        case: `fanout.${of.name}`,
        unit: 'ratio',
        limit: of.limit,
        rounds: seconds.map((one) => one / wire),
      });
    }
    const eight = PLAIN.find(({ name }) => name === '256MiB-100M-8');
    for (const [fault, limit] of [
      ['kill', KILLED_LIMIT_S],
      ['cut', CUT_LIMIT_S],
    ] as const) {
      if (!eight) break;
      const extra: number[] = [];
      for (let round = 0; round < rounds; round++) extra.push((await runOne(eight, fault)) - usual);
      figures.push({ case: `fanout.${fault}-adds`, unit: 's', limit, rounds: extra });
    }
    return figures;
  });
