import { newAuthority, newKey } from '../../../../src/adapters/pki/certificates.ts';

const names = ['server-ca', 'client-ca', 'request-header-ca', 'etcd/server-ca', 'etcd/peer-ca'];

/** Name below server/tls to PEM text of all that k3s takes as it is, made the way edgectl makes it. */
export const mintAuthorities = async (): Promise<ReadonlyMap<string, string>> => {
  const files = new Map([['service.key', newKey()]]);
  for (const name of names) {
    const { cert, key } = await newAuthority(`contract ${name.replace('/', ' ')}`);
    files.set(`${name}.crt`, cert).set(`${name}.key`, key);
  }
  return files;
};
