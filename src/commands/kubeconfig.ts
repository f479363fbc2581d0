import type { File } from '../engine/change.ts';
import { secret, text } from '../engine/command.ts';
import { type Outcomes, outcome } from '../engine/outcome.ts';

// What is not minted yet keeps its stand-in, which base64 would hide from the executor.
const base64 = (outcomes: Outcomes, name: string): string => {
  const pem = outcomes[name];
  return pem === undefined ? outcome(outcomes, name) : Buffer.from(pem).toString('base64');
};

/** The first line of a kubeconfig that edgectl wrote; any other it leaves alone. */
export const HEADER = '# Written by edgectl, and written anew when it is edited.';

/** A kubeconfig for the operator: an administrator of the cluster, by a certificate of its own. */
export const kubeconfigFile = (of: {
  path: string;
  cluster: string;
  server: string;
  outcomes: Outcomes;
}): File => ({
  path: of.path,
  mode: '0600',
  content: text`${HEADER}
apiVersion: v1
kind: Config
clusters:
  - name: ${of.cluster}
    cluster:
      server: https://${of.server}:6443
      certificate-authority-data: ${base64(of.outcomes, 'server-ca.crt')}
users:
  - name: ${of.cluster}-admin
    user:
      client-certificate-data: ${base64(of.outcomes, 'operator.crt')}
      client-key-data: ${secret('operator.key.b64')}
contexts:
  - name: ${of.cluster}
    context:
      cluster: ${of.cluster}
      user: ${of.cluster}-admin
current-context: ${of.cluster}
`,
});
