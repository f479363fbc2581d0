import { connect } from 'node:net';

/** How a knock at a node's ssh port ends: `connected`, `timeout` after two seconds, or the network's error code. */
export const knock = (host: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ host, port: 22, timeout: 2000 });
    const end = (how: string) => {
      socket.destroy();
      resolve(how);
    };
    socket.once('connect', () => end('connected'));
    socket.once('timeout', () => end('timeout'));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
