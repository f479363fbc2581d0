import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import type { Content } from '../../../src/adapters/chain/batches.ts';
import type { Driven, DrivePlan } from './drive.ts';
import type { Network } from './network.ts';

/** The key of a node of the bench; node 0 is the head. */
export const keyOf = (node: number): string => `node-${node}`;

/** The driver and the relay, compiled. */
export interface Programs {
  readonly driver: string;
  readonly relay: string;
}

/** Something that happens to a node when it has half of the bytes. */
export interface Fault {
  readonly victim: number;
  readonly happens: () => Promise<void>;
  /** Puts it right when all others have everything; the node gets the rest then. */
  readonly ends: () => Promise<void>;
}

/** Sends files, which lie in the folder of the head, along a chain of relays that a process of its own drives. */
export const sendAlong = async (of: {
  readonly network: Network;
  readonly nodes: number;
  readonly programs: Programs;
  readonly folder: string;
  readonly files: readonly (readonly [name: string, content: Content])[];
  readonly fault?: Fault | undefined;
}): Promise<Driven> => {
  const { network, programs, folder, fault } = of;
  const plan: DrivePlan = {
    nodes: Array.from({ length: of.nodes + 1 }, (_, node) => ({
      key: keyOf(node),
      argv: [...network.on(node), programs.relay, 'relay', network.addressOf(node)],
    })),
    folder,
    files: of.files,
    headIs: network.pidsOf(0),
    ...(fault === undefined ? {} : { victim: keyOf(fault.victim) }),
  };
  const file = join(folder, 'plan.json');
  await writeFile(file, JSON.stringify(plan));
  const driver = execa(process.execPath, [programs.driver, file], { stderr: 'inherit', buffer: false });
  let driven: Driven | undefined;
  let happened: Promise<void> | undefined;
  const lines = createInterface({ input: driver.stdout });
  lines.on('line', async (line) => {
    if (line === 'half') happened = fault?.happens();
    else if (line === 'over') {
      await fault?.ends();
      driver.stdin.write('\n');
    } else driven = JSON.parse(line);
  });
  await Promise.all([driver, once(lines, 'close')]);
  await happened;
  if (!driven) throw new Error('the driver of the chain said nothing');
  return driven;
};
