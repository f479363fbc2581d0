import { type IncomingHttpHeaders, type IncomingMessage, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { rootCertificates } from 'node:tls';

const CONNECT_WITHIN_MS = 20_000;
const STALL_WITHIN_MS = 60_000;
const MOST_REDIRECTS = 5;
const MOST_TEXT = 1 << 20;

/** One request. `ca`: certificates (PEM) to trust besides those that Node trusts. */
export interface Call {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly ca?: string | undefined;
  /** A form to post; absent: the request is a GET. */
  readonly form?: URLSearchParams;
}

/** What came back; `url` is where from, behind all redirects. `body` has to be read or destroyed. */
export interface Answer {
  readonly url: URL;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: IncomingMessage;
}

const send = ({ url, headers, ca, form }: Call): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? tlsRequest : plainRequest)(url, {
      method: form ? 'POST' : 'GET',
      headers: {
        ...headers,
        'user-agent': 'edgectl',
        ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
      },
      timeout: CONNECT_WITHIN_MS,
      ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
    });
    request.once('socket', (socket) => {
      const connected = () => void socket.setTimeout(STALL_WITHIN_MS);
      if (socket.connecting) socket.once('connect', connected);
      else connected();
    });
    request.once('timeout', () =>
      request.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })),
    );
    request.on('error', reject);
    request.once('response', (body) =>
      resolve({ url, status: body.statusCode ?? 0, headers: body.headers, body }),
    );
    request.end(form?.toString());
  });

const withoutLogin = ({ authorization: _, ...rest }: Readonly<Record<string, string>>) => rest;

/**
 * Sends a request and follows its redirects. The login goes to the origin that was asked and to no other one, and TLS
 * is never left for plain HTTP.
 */
export const follow = async (call: Call, redirects = 0): Promise<Answer> => {
  const answer = await send(call);
  const { location } = answer.headers;
  if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) return answer;
  answer.body.destroy();
  const url = URL.canParse(location, call.url.href) ? new URL(location, call.url) : undefined;
  if (redirects === MOST_REDIRECTS) throw new Error(`more than ${MOST_REDIRECTS} redirects`);
  if (!url || !/^https?:$/.test(url.protocol)) throw new Error('it redirects to what is no http(s) address');
  if (call.url.protocol === 'https:' && url.protocol !== 'https:')
    throw new Error(`it redirects from TLS to plain HTTP, to ${url.host}`);
  const headers = url.origin === call.url.origin ? call.headers : withoutLogin(call.headers);
  return follow({ ...call, url, headers }, redirects + 1);
};

/** The whole text of an answer, at most 1 MiB of it. */
export const textOf = async ({ body }: Answer): Promise<string> => {
  let size = 0;
  body.on('data', (piece: Buffer) => {
    size += piece.length;
    if (size > MOST_TEXT) body.destroy(new Error(`the answer is longer than ${MOST_TEXT} bytes`));
  });
  return text(body);
};
