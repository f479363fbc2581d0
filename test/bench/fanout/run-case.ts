import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { quiet } from '../machine.ts';
import type { Case } from './cases.ts';
import { openDisk } from './disk.ts';
import type { Driven } from './drive.ts';
import { type Network, openNetwork } from './network.ts';
import { makePayload } from './payload.ts';
import { keyOf, type Programs, sendAlong } from './send-along.ts';

/** Something that happens to a node when it has half of the bytes. */
export interface Fault {
  readonly victim: number;
  readonly happens: (network: Network) => Promise<void>;
}

/** One run of a case in a folder: makes the network, a file system where there are many files, and the payload. */
export const runCase = async (
  of: Case,
  at: { readonly programs: Programs; readonly folder: string },
  fault?: Fault,
): Promise<Driven> => {
  const folder = join(at.folder, 'run');
  const disk = of.files > 1 ? await openDisk(join(at.folder, 'disk'), folder) : undefined;
  try {
    const files = await makePayload(join(folder, keyOf(0)), of);
    const network = await openNetwork(of);
    try {
      await quiet();
      const driven = await sendAlong({
        network,
        nodes: of.nodes,
        programs: at.programs,
        folder,
        files,
        victim: fault?.victim,
        onHalf: async () => fault?.happens(network),
      });
      const whole = Object.keys(driven.seconds).length;
      const wanted = of.nodes - (fault === undefined ? 0 : 1);
      if (whole < wanted) throw new Error(`${whole} of ${wanted} nodes got everything`);
      return driven;
    } finally {
      await network.close();
    }
  } finally {
    await disk?.close();
    await rm(folder, { recursive: true, force: true });
  }
};

/** The seconds that a link of the case needs for the bytes alone. */
export const wireSeconds = ({ files, size, mbit }: Case): number => (files * size * 8) / (mbit * 1e6);
