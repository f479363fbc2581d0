import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { quiet } from '../machine.ts';
import type { Case } from './cases.ts';
import { openDisk } from './disk.ts';
import type { Driven } from './drive.ts';
import { type Network, openNetwork } from './network.ts';
import { makePayload } from './payload.ts';
import { keyOf, type Programs, sendAlong } from './send-along.ts';

/** Something that happens to a node, and how the node comes back from it. */
export interface Trouble {
  readonly victim: number;
  readonly happens: (network: Network, victim: number) => Promise<void>;
  readonly ends: (network: Network, victim: number) => Promise<void>;
}

/** What came of a run. */
export interface CaseRun extends Driven {
  /** What came to the victim over its link once it was back, in bytes. */
  readonly resumed: number;
}

/** Where runs find what they need, and leave nothing. */
export interface Site {
  readonly folder: string;
  readonly programs: Programs;
}

/** One run of a case: makes the network, a file system where there are many files, and the payload. */
export const runCase = async (of: Case, at: Site, trouble?: Trouble): Promise<CaseRun> => {
  const folder = join(at.folder, 'run');
  const disk = of.files > 1 ? await openDisk(join(at.folder, 'disk'), folder) : undefined;
  try {
    const files = await makePayload(join(folder, keyOf(0)), of);
    const network = await openNetwork(of);
    try {
      let before = 0;
      const received = async () => (trouble ? await network.received(trouble.victim) : 0);
      await quiet();
      const driven = await sendAlong({
        ...{ network, nodes: of.nodes, programs: at.programs, folder, files },
        fault: trouble && {
          victim: trouble.victim,
          happens: () => trouble.happens(network, trouble.victim),
          async ends() {
            await trouble.ends(network, trouble.victim);
            before = await received();
          },
        },
      });
      const whole = Object.keys(driven.seconds).length;
      if (whole < of.nodes) throw new Error(`${whole} of ${of.nodes} nodes got everything`);
      return { ...driven, resumed: (await received()) - before };
    } finally {
      await network.close();
    }
  } finally {
    await disk?.close();
    await rm(folder, { recursive: true, force: true });
  }
};

/** The bytes of a case. */
export const bytesOf = ({ files, size }: Case): number => files * size;

/** The seconds that a link of the case needs for the bytes alone. */
export const wireSeconds = (of: Case): number => (bytesOf(of) * 8) / (of.mbit * 1e6);
