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

/**
 * Sends files, which lie in the folder of the head, along a chain of relays that a process of its own drives. `onHalf` is
 * called when the victim has half of the bytes.
 */
export const sendAlong = async (of: {
  readonly network: Network;
  readonly nodes: number;
  readonly programs: Programs;
  readonly folder: string;
  readonly files: readonly (readonly [name: string, content: Content])[];
  readonly victim?: number | undefined;
  readonly onHalf?: () => Promise<void>;
}): Promise<Driven> => {
  const { network, programs, folder, victim } = of;
  const plan: DrivePlan = {
    nodes: Array.from({ length: of.nodes + 1 }, (_, node) => ({
      key: keyOf(node),
      argv: [...network.on(node), programs.relay, 'relay', network.addressOf(node)],
    })),
    folder,
    files: of.files,
    headIs: network.pidsOf(0),
    ...(victim === undefined ? {} : { victim: keyOf(victim) }),
  };
  const file = join(folder, 'plan.json');
  await writeFile(file, JSON.stringify(plan));
  const driver = execa(process.execPath, [programs.driver, file], { stderr: 'inherit', buffer: false });
  let driven: Driven | undefined;
  let fault: Promise<void> | undefined;
  const lines = createInterface({ input: driver.stdout });
  lines.on('line', (line) => {
    if (line.startsWith('{')) driven = JSON.parse(line);
    else fault = of.onHalf?.();
  });
  await Promise.all([driver, once(lines, 'close')]);
  await fault;
  if (!driven) throw new Error('the driver of the chain said nothing');
  return driven;
};
