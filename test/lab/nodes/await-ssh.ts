import { connect } from 'node:net';
import { LabProblem } from '../lab-problem.ts';
import { until } from '../progress.ts';
import type { Node } from './node.ts';

const greets = (address: string) =>
  new Promise<true | undefined>((resolve) => {
    const socket = connect({ host: address, port: 22, timeout: 1000 });
    const end = (answer: true | undefined) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', (bytes) => end(bytes.toString('latin1').startsWith('SSH-') || undefined));
    socket.once('error', () => end(undefined));
    socket.once('timeout', () => end(undefined));
    socket.once('end', () => end(undefined));
  });

/** Waits until the node's sshd greets, at most `seconds`: it starts after everything that a login needs. */
export const awaitSsh = async ({ name, address }: Node, seconds = 60): Promise<void> => {
  if (!(await until(seconds, () => greets(address))))
    throw new LabProblem(`${name} (${address}) does not answer on its ssh port ${seconds} s after its start`);
};
