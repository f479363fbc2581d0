import { execOn } from '../lab/lab.ts';
import type { Site } from './site.ts';

const AGENT = '/var/lib/rancher/k3s/agent';

/** What one finds on the disk of a worker: who its certificates are, and what it joins with. */
export interface Loot {
  readonly token: string;
  /** A kubeconfig by one of its certificates: `client-kubelet`, `client-kube-proxy`, `client-k3s-controller`. */
  readonly kubeconfig: (certificate: string) => string;
}

/** Copies what is worth stealing off a worker. `server` is the address of a master. */
export const steal = async ({ lab }: Site, worker: string, server: string): Promise<Loot> => {
  const read = async (path: string) => (await execOn(lab.name, worker, ['base64', '-w0', path])).stdout;
  const certificates = ['client-kubelet', 'client-kube-proxy', 'client-k3s-controller'];
  const pairs = await Promise.all(
    certificates.map(async (name) => {
      const [cert, key] = await Promise.all([read(`${AGENT}/${name}.crt`), read(`${AGENT}/${name}.key`)]);
      return [name, { 'client-certificate-data': cert, 'client-key-data': key }] as const;
    }),
  );
  const users = new Map<string, object>(pairs);
  const ca = await read(`${AGENT}/server-ca.crt`);
  const config = Buffer.from(await read('/etc/rancher/k3s/config.yaml'), 'base64').toString();
  return {
    token: /::node:(\w+)/.exec(config)?.[1] ?? '',
    kubeconfig: (certificate) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [
          {
            name: 'c',
            cluster: { server: `https://${server}:6443`, 'certificate-authority-data': ca },
          },
        ],
        users: [{ name: 'u', user: users.get(certificate) }],
        contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
        'current-context': 'x',
      }),
  };
};

/** What kubectl says, as somebody with this kubeconfig; `manifest` goes to its stdin. */
export const asThief = async (
  { lab }: Site,
  at: string,
  kubeconfig: string,
  words: readonly string[],
  manifest?: object,
): Promise<string> => {
  const script = `umask 077; cat > /run/thief; k3s kubectl --kubeconfig /run/thief "$@" 2>&1 <<'END'
${manifest ? JSON.stringify(manifest) : ''}
END
rm /run/thief`;
  return (await execOn(lab.name, at, ['sh', '-c', script, 'sh', ...words], kubeconfig)).stdout;
};

/** The HTTP status with which a server's supervisor answers a node that would join with a token. */
export const joinsWith = async ({ lab }: Site, server: string, token: string): Promise<string> => {
  const at = lab.nodes.find(({ name }) => name === server)?.address ?? '';
  const words = ['curl', '-sk', '-o', '/dev/null', '-w', '%{http_code}', '-K', '-'];
  const config = `user = "node:${token}"\nurl = "https://${at}:6443/v1-k3s/config"\n`;
  return (await execOn(lab.name, server, words, config)).stdout;
};
