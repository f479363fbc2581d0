import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';

/** An open byte stream, or the words why there is none. */
export type Opened = { readonly socket: Duplex } | { readonly refused: string };

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network unreachable',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name cannot be looked up',
  ETIMEDOUT: 'timed out',
  ECONNRESET: 'connection reset',
};

/** What a socket error means, in a few words. */
export const reasonOf = (error: Error): string => {
  const { code } = error as NodeJS.ErrnoException;
  return (code === undefined ? undefined : REASONS[code]) ?? code ?? error.message;
};

/** Hands over to the system at once what one turn writes: SSH writes packet by packet, a mebibyte in 32 of them. */
const gathering = (socket: Socket): Socket => {
  const write = socket.write.bind(socket) as (...words: unknown[]) => boolean;
  let isGathering = false;
  socket.write = (...words: unknown[]) => {
    if (!isGathering) {
      isGathering = true;
      socket.cork();
      process.nextTick(() => {
        isGathering = false;
        socket.uncork();
      });
    }
    return write(...words);
  };
  return socket;
};

/**
 * Opens a TCP connection. Without `setNoDelay` every round trip of SSH would wait for a delayed acknowledgement:
 * ten times slower sessions.
 */
export const openSocket = (address: string, port: number, withinMs: number): Promise<Opened> =>
  new Promise((resolve) => {
    const socket: Socket = connect({
      host: address,
      port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: 10_000,
    });
    const give = (opened: Opened) => {
      clearTimeout(timer);
      socket.removeListener('error', failed);
      resolve(opened);
    };
    const failed = (error: Error) => give({ refused: reasonOf(error) });
    const timer = setTimeout(() => {
      give({ refused: `timed out after ${withinMs / 1000} s` });
      // What happens to it now is of no interest.
      socket.on('error', () => {}).destroy();
    }, withinMs);
    socket.once('error', failed).once('connect', () => give({ socket: gathering(socket) }));
  });

/** Opens a TCP connection as a bastion sees the address. */
export const openThrough = (
  bastion: Client,
  address: string,
  port: number,
  withinMs: number,
): Promise<Opened> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ refused: `timed out after ${withinMs / 1000} s` }), withinMs);
    const give = (opened: Opened) => {
      clearTimeout(timer);
      resolve(opened);
    };
    try {
      bastion.forwardOut('127.0.0.1', 0, address, port, (error, channel) => {
        if (error)
          give({ refused: error.message.replace(/^\(SSH\) Channel open failure: /, '').toLowerCase() });
        else give({ socket: channel });
      });
    } catch {
      give({ refused: 'the connection to the bastion is lost' });
    }
  });
