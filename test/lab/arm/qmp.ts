import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { LabProblem } from '../lab-problem.ts';

/** An order to a running QEMU, by its name in QEMU's machine protocol. */
type Order = { readonly execute: string; readonly arguments?: Readonly<Record<string, unknown>> };

type Answer = { readonly return?: unknown; readonly error?: { readonly desc: string } };

/** Gives QEMU, at its socket, one order, and returns when that is carried out; a refusal is a LabProblem. */
export const qmp = async (socketPath: string, order: Order): Promise<void> => {
  const socket = connect(socketPath);
  const orders: readonly Order[] = [{ execute: 'qmp_capabilities' }, order];
  let answered = 0;
  try {
    for (const each of orders) socket.write(`${JSON.stringify(each)}\n`);
    for await (const line of createInterface({ input: socket })) {
      const answer = JSON.parse(line) as Answer;
      if (answer.error !== undefined)
        throw new LabProblem(`QEMU refuses ${order.execute}: ${answer.error.desc}`);
      // Greetings and events come in between.
      if (answer.return !== undefined && ++answered === orders.length) return;
    }
    throw new LabProblem(`QEMU at ${socketPath} went away before it did ${order.execute}`);
  } finally {
    socket.destroy();
  }
};
