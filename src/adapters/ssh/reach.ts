import type { Client } from 'ssh2';
import { Problem } from '../../support/problem.ts';
import { KEY_TYPES, type KeyType, keyLine, readPin, typeOf } from './host-key.ts';
import { keyChanged, keyRevoked, keyUnknown } from './key-problems.ts';
import { knownFor, knownName } from './known-hosts.ts';
import type { Connection } from './lend.ts';
import { CONNECT_MS, logInOver } from './log-in.ts';
import { takeOfferedKey } from './offered-key.ts';
import type { Hop } from './route.ts';
import type { Session } from './session.ts';
import { openSocket, openThrough } from './socket.ts';
import { trustIn } from './trust.ts';

/**
 * Logs in to one hop, directly or through another one. A fingerprint in cluster.yaml does not tell the type of its
 * key, so every type that the host has is looked at before the key counts as changed.
 */
export const reach = async (
  hop: Hop,
  via: Client | undefined,
  session: Session,
  host: string,
): Promise<Connection> => {
  const { connectMs = CONNECT_MS } = session.options.timeouts ?? {};
  const { address, port } = hop;
  const open = async () => {
    const opened = via
      ? await openThrough(via, address, port, connectMs)
      : await openSocket(address, port, connectMs);
    if ('socket' in opened) return opened.socket;
    throw new Problem('HOST_UNREACHABLE', `${address}:${port}: ${opened.refused}`, { host });
  };

  const pin = hop.hostKey === undefined ? undefined : readPin(hop.hostKey);
  if (hop.hostKey !== undefined && pin === undefined)
    throw new Problem('CLUSTER_FILE_INVALID', 'hostKey: neither SHA256:… nor a public key line', { host });
  const trust = trustIn(pin, pin ? [] : knownFor(await session.knownHosts(), hop.names));

  let shown: Buffer | undefined;
  for (let types: readonly KeyType[] = trust.types; ; ) {
    const result = await logInOver(await open(), types, { hop, trust, session, host });
    if ('connection' in result) {
      if (trust.judge(result.blob) === 'unknown')
        await session.accept(`${knownName(address, port)} ${keyLine(result.blob)}`);
      return result.connection;
    }
    if (result.verdict === 'no-such-type') {
      shown ??= (await takeOfferedKey(await open(), KEY_TYPES, connectMs)).blob;
      throw keyChanged(host, hop, trust, shown);
    }
    if (result.verdict === 'unknown') throw keyUnknown(host, hop, result.blob);
    if (result.verdict === 'revoked') throw keyRevoked(host, hop, result.blob);
    shown ??= result.blob;
    types = types.filter((type) => type !== typeOf(result.blob));
    if (!(pin && 'fingerprint' in pin) || types.length === 0) throw keyChanged(host, hop, trust, shown);
  }
};
