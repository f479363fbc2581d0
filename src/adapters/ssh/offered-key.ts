import type { Duplex } from 'node:stream';
import { Client } from 'ssh2';
import { ALGORITHMS, type KeyType } from './host-key.ts';

/** The algorithms that sign with keys of these types, for a handshake. */
export const algorithmsFor = (types: readonly KeyType[]) => ({
  serverHostKey: types.flatMap((type) => [...ALGORITHMS[type]]),
});

/** What a server shows before anybody logs in. */
export interface Shown {
  /** The public key blob; absent when it has none of the wanted types. */
  readonly blob?: Buffer;
  /** Its first line, `SSH-2.0-OpenSSH_9.2`; absent when it does not speak SSH. */
  readonly banner?: string;
}

/** Lets a server show its host key, hangs up, and never throws. */
export const takeOfferedKey = (socket: Duplex, types: readonly KeyType[], withinMs: number): Promise<Shown> =>
  new Promise((resolve) => {
    const client = new Client();
    let blob: Buffer | undefined;
    let greeting = '';
    const done = () => {
      clearTimeout(timer);
      socket.destroy();
      const banner = /^SSH-[^\r\n]*/m.exec(greeting)?.[0];
      resolve({ ...(blob ? { blob } : {}), ...(banner === undefined ? {} : { banner }) });
    };
    const timer = setTimeout(done, withinMs);
    client.on('error', done).on('close', done);
    client.connect({
      sock: socket,
      username: 'edgectl',
      readyTimeout: 0,
      algorithms: algorithmsFor(types),
      hostVerifier: (key: Buffer) => {
        blob = key;
        return false;
      },
    });
    // ssh2 keeps the server's first line to itself.
    socket.on('data', (chunk: Buffer) => {
      if (greeting.length < 1024) greeting += chunk.toString('latin1');
    });
  });
