import { Agent, type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';

/** An HTTP answer with its whole body as text. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

const readAll = async (message: IncomingMessage): Promise<string> => {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
};

/**
 * An HTTP client over streams that somebody else opens, such as forwarded SSH channels. Only TLS streams can be kept
 * alive: Node wants the methods of a socket for that, and a bare channel has none.
 */
export const dialledAgent = (dial: () => Promise<Duplex>, keepAlive: boolean): Agent => {
  const agent = new Agent({ keepAlive, maxSockets: 4 });
  // Node calls it for every new connection and takes a callback, though its types know only the direct return.
  agent.createConnection = (_options, callback) => {
    dial().then(
      (stream) => callback?.(null, stream),
      (error: Error) => callback?.(error, undefined as never),
    );
    return undefined as never;
  };
  return agent;
};

/** One request; rejects when no answer comes within `withinMs`. */
export const exchange = (
  agent: Agent,
  of: {
    readonly method: string;
    readonly path: string;
    readonly headers?: Record<string, string>;
    readonly body?: string;
  },
  withinMs: number,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(withinMs);
    // A request that still waits for its connection does not hear of it.
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    const call = request(
      {
        agent,
        host: 'localhost',
        method: of.method,
        path: of.path,
        headers: of.headers,
        signal,
      },
      (message) => {
        readAll(message).then((body) => resolve({ status: message.statusCode ?? 0, body }), reject);
      },
    );
    call.on('error', reject);
    call.end(of.body);
  });
