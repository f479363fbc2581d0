import type { File, Mint } from '../engine/change.ts';
import { secret } from '../engine/command.ts';
import { type Outcomes, outcome } from '../engine/outcome.ts';
import { DATA } from './k3s.ts';

/** Where a server keeps its certificates, and the folders on the way, which only root may enter. */
const TLS = `${DATA}/server/tls`;
export const TLS_FOLDERS = [`${DATA}/server`, TLS, `${TLS}/etcd`] as const;

/** The datastore: once it is there, the cluster is founded. */
export const DATASTORE = `${DATA}/server/db/etcd`;

const AUTHORITIES = [
  { name: 'server-ca', path: `${TLS}/server-ca` },
  { name: 'client-ca', path: `${TLS}/client-ca` },
  { name: 'request-header-ca', path: `${TLS}/request-header-ca` },
  { name: 'etcd-server-ca', path: `${TLS}/etcd/server-ca` },
  { name: 'etcd-peer-ca', path: `${TLS}/etcd/peer-ca` },
] as const;

const SERVICE_KEY = { name: 'service-key', path: `${TLS}/service.key` } as const;

/** The CA that join tokens pin. */
export const SERVER_CA = AUTHORITIES[0];

/**
 * Everything of a cluster that is secret, minted before its first server starts. `agentToken` is the name of what agents
 * join with; `operator` is the kubeconfig's.
 */
export const mints = (agentToken: string): readonly Mint[] => [
  ...AUTHORITIES.map(({ name }) => ({ name, kind: 'ca' }) as const),
  { name: SERVICE_KEY.name, kind: 'key' },
  { name: 'server-token', kind: 'token' },
  { name: agentToken, kind: 'token' },
  { name: 'operator', kind: 'client' },
];

/** The outcome that says that a mint is done: the last one that it makes. */
export const mintedBy = ({ name, kind }: Mint): string => {
  if (kind === 'ca') return `${name}.hash`;
  return kind === 'client' ? `${name}.crt` : name;
};

/** The CA certificates with their hashes, as they must lie on the server that founds the cluster. */
export const caCertificates = (outcomes: Outcomes) =>
  AUTHORITIES.map(({ name, path }) => ({ path: `${path}.crt`, sha256: outcome(outcomes, `${name}.hash`) }));

/** The paths of the keys beside them. */
export const CA_KEYS: readonly string[] = [...AUTHORITIES.map(({ path }) => `${path}.key`), SERVICE_KEY.path];

/** The files that make a server use our CAs, the keys first. */
export const tlsFiles = (outcomes: Outcomes): readonly File[] => [
  ...AUTHORITIES.map(
    ({ name, path }): File => ({ path: `${path}.key`, mode: '0600', content: [secret(`${name}.key`)] }),
  ),
  { path: SERVICE_KEY.path, mode: '0600', content: [secret(SERVICE_KEY.name)] },
  ...AUTHORITIES.map(
    ({ name, path }): File => ({
      path: `${path}.crt`,
      mode: '0644',
      content: [outcome(outcomes, `${name}.crt`)],
    }),
  ),
];
