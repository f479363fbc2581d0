import { connect as tlsConnect } from 'node:tls';
import type { Loopback } from '../../ports/loopback.ts';
import { Problem } from '../../support/problem.ts';
import { dialledAgent, exchange } from './dialled.ts';

const WITHIN_MS = 5_000;

/** Web pages of a machine's own loopback, read through its Shell. */
export const loopback: Loopback = {
  async get(shell, url) {
    const { protocol, hostname, port, pathname, search } = new URL(url);
    const agent = dialledAgent(async () => {
      const stream = await shell.dial(hostname, Number(port));
      if (protocol === 'http:') return stream;
      const secure = tlsConnect({ socket: stream, rejectUnauthorized: false });
      return secure;
    }, false);
    try {
      const { status, body } = await exchange(agent, { method: 'GET', path: pathname + search }, WITHIN_MS);
      return status === 200 ? body : '';
    } catch (error) {
      // Whoever asked opens another one: this one will never answer again.
      if (error instanceof Problem && error.code === 'HOST_DISCONNECTED') throw error;
      return '';
    } finally {
      agent.destroy();
    }
  },
};
