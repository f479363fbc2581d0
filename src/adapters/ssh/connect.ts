import type { Duplex } from 'node:stream';
import type { Shell } from '../../ports/shell.ts';
import type { Host } from '../../spec/cluster.ts';
import { Problem } from '../../support/problem.ts';
import { posixShell } from '../posix/posix-shell.ts';
import type { Connection } from './lend.ts';
import { borrow, type Loan } from './lend.ts';
import type { ConnectOptions } from './options.ts';
import { reach } from './reach.ts';
import { type Hop, routeTo } from './route.ts';
import { sendPartOn } from './send-part.ts';
import { type Session, sessionOf } from './session.ts';
import { createSlots } from './slots.ts';
import { openThrough } from './socket.ts';
import { startOn } from './start-on.ts';

const MOST_CHANNELS = 8;
const DIAL_MS = 15_000;
const GOODBYE_MS = 500;

const nameOf = (hops: readonly Hop[]): string =>
  hops.map(({ user, address, port }) => `${user}@${address}:${port}`).join(' ');

/** Logs in to the last of these hops through all before it; bastions are shared with other hosts. */
const travel = async (hops: readonly Hop[], session: Session, host: string): Promise<Connection> => {
  const [last] = hops.slice(-1);
  if (!last) throw new Error('a route has at least one hop');
  const before = hops.slice(0, -1);
  const loan: Loan | undefined =
    before.length === 0
      ? undefined
      : await borrow(session.bastions, nameOf(before), () => travel(before, session, host));
  try {
    const connection = await reach(last, loan?.client, session, host);
    if (loan) connection.closed.then(loan.giveBack, loan.giveBack);
    return connection;
  } catch (error) {
    loan?.giveBack();
    throw error;
  }
};

/**
 * Connects to a host and logs in. Throws HOST_UNREACHABLE, HOST_KEY_CHANGED, HOST_KEY_UNKNOWN, HOST_AUTH_FAILED or
 * KEY_UNUSABLE. Whether sudo works is found out by the first command that needs root.
 */
export const connect = async (host: Host, options: ConnectOptions): Promise<Shell> => {
  const session = sessionOf(options);
  const hops = routeTo(host, options);
  const { client, closed } = await travel(hops, session, host.key);
  const { address, port, user } = hops.at(-1) ?? { address: host.address, port: 22, user: 'root' };
  const lost = () =>
    new Problem('HOST_DISCONNECTED', `the connection to ${address}:${port} was lost`, { host: host.key });
  let isLost = false;
  const lose = () => {
    isLost = true;
  };
  closed.then(lose, lose);
  const line = { client, slots: createSlots(MOST_CHANNELS), lost, host: host.key };

  return posixShell({
    host: host.key,
    user,
    sudoPassword: session.sudoPassword,
    start: startOn(line),
    send: sendPartOn(line),
    async dial(to, at): Promise<Duplex> {
      const opened = await openThrough(client, to, at, DIAL_MS);
      if ('socket' in opened) return opened.socket.on('error', () => {});
      if (isLost) throw lost();
      throw new Problem('COMMAND_FAILED', `${to}:${at} does not answer: ${opened.refused}`, {
        host: host.key,
      });
    },
    async close() {
      client.end();
      const timer = setTimeout(() => client.destroy(), GOODBYE_MS);
      await closed;
      clearTimeout(timer);
    },
  });
};
