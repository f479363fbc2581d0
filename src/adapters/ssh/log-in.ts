import type { Duplex } from 'node:stream';
import { Client } from 'ssh2';
import { asProblem, Problem } from '../../support/problem.ts';
import { attemptsFor } from './attempts.ts';
import { authHandler, type Course } from './authenticate.ts';
import type { KeyType } from './host-key.ts';
import type { Connection } from './lend.ts';
import { algorithmsFor } from './offered-key.ts';
import type { Hop } from './route.ts';
import type { Session } from './session.ts';
import { reasonOf } from './socket.ts';
import type { Trust } from './trust.ts';

/** A connection, or the key that stood in the way: none when the host has no key of the wanted types. */
export type LoggedIn =
  | { readonly connection: Connection; readonly blob: Buffer }
  | { readonly verdict: 'wrong' | 'unknown' | 'revoked'; readonly blob: Buffer }
  | { readonly verdict: 'no-such-type' };

const ALIVE_MISSES = 4;
/** Milliseconds for one step of connecting, unless the options say otherwise. */
export const CONNECT_MS = 15_000;

const authFailed = (
  host: string,
  { address, port, user }: Hop,
  { tried, skipped, offered }: Course,
): Problem => {
  const what = tried.length > 0 ? `tried: ${tried.join(', ')}` : 'there was nothing to try';
  const accepts = offered.length > 0 ? `; it accepts: ${offered.join(', ')}` : '';
  return new Problem('HOST_AUTH_FAILED', `${address}:${port} refused the user ${user}; ${what}${accepts}`, {
    host,
    hint: skipped.length > 0 ? skipped.join('; ') : 'Check ssh.user and ssh.key in cluster.yaml.',
  });
};

const unreachable = (host: string, { address, port }: Hop, reason: string): Problem =>
  new Problem('HOST_UNREACHABLE', `${address}:${port}: ${reason}`, { host });

/** One handshake and login over an open stream, negotiating only these key types. */
export const logInOver = (
  socket: Duplex,
  types: readonly KeyType[],
  at: { readonly hop: Hop; readonly trust: Trust; readonly session: Session; readonly host: string },
): Promise<LoggedIn> =>
  new Promise((resolve, reject) => {
    const { hop, trust, session, host } = at;
    const { connectMs = CONNECT_MS, aliveMs = 5_000 } = session.options.timeouts ?? {};
    const course: Course = { tried: [], skipped: [], offered: [] };
    const client = new Client();
    let blob: Buffer = Buffer.alloc(0);
    let verdict: ReturnType<Trust['judge']> | undefined;
    let shaken = false;

    let timer: NodeJS.Timeout | undefined;
    const watch = (on: boolean) => {
      clearTimeout(timer);
      if (on)
        timer = setTimeout(() => {
          const step = shaken ? 'log in' : 'shake hands';
          fail(unreachable(host, hop, `took longer than ${connectMs / 1000} s to ${step}`));
        }, connectMs);
    };
    const end = () => {
      watch(false);
      socket.destroy();
    };
    const fail = (problem: Problem) => {
      end();
      reject(problem);
    };
    const judge = (error: Error & { level?: string }): void => {
      // An agent that does not answer is one attempt that failed; ssh2 goes on.
      if (error.level === 'agent') return;
      if (course.failure) fail(asProblem(course.failure, host));
      else if (verdict !== undefined && verdict !== 'right' && !shaken) {
        end();
        resolve({ verdict, blob });
      } else if (/no matching host key/.test(error.message)) {
        end();
        resolve({ verdict: 'no-such-type' });
      } else if (shaken) fail(authFailed(host, hop, course));
      else fail(unreachable(host, hop, reasonOf(error)));
    };

    // This listener stays for good: an error of a connection that nobody uses must not end the process.
    client.on('error', judge);
    const closed = new Promise<void>((done) => client.once('close', done));
    client.on('close', () => judge(new Error('the connection was closed')));
    client.once('handshake', () => {
      shaken = true;
      watch(true);
    });
    client.once('ready', () => {
      watch(false);
      resolve({ connection: { client, closed }, blob });
    });
    watch(true);
    client.connect({
      sock: socket,
      username: hop.user,
      readyTimeout: 0,
      keepaliveInterval: aliveMs,
      keepaliveCountMax: ALIVE_MISSES,
      algorithms: algorithmsFor(types),
      authHandler: authHandler(hop.user, attemptsFor(hop, session), course, (now) => watch(!now)),
      hostVerifier: (key: Buffer) => {
        blob = Buffer.from(key);
        verdict = trust.judge(blob);
        return verdict === 'right' || (verdict === 'unknown' && session.options.acceptNewHostKeys);
      },
    });
  });
