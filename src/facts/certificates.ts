import { X509Certificate } from 'node:crypto';
import { asRoot, script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

const endOf = (pem: string): readonly number[] => {
  try {
    const end = Date.parse(new X509Certificate(pem).validTo);
    return Number.isNaN(end) ? [] : [end];
  } catch {
    return [];
  }
};

/** When the first of a node's certificates ends, in milliseconds since 1970. k3s renews them only when it starts. */
export const certificates: Fact<number | 'absent'> = {
  name: 'certificates',
  ask: asRoot(
    script('cd /var/lib/rancher/k3s && cat agent/*.crt server/tls/*.crt server/tls/etcd/*.crt 2>/dev/null'),
  ),
  parse: (output) => {
    const ends = [...output.matchAll(CERTIFICATE)].flatMap(([pem]) => endOf(pem));
    return ends.length > 0 ? Math.min(...ends) : 'absent';
  },
};
