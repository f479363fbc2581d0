import { expect, it } from 'vitest';
import { type Cluster, configure, eventually, ready } from './node.ts';

const tls = '/var/lib/rancher/k3s/server/tls/etcd';
const members = `curl -s --http1.1 --cacert ${tls}/peer-ca.crt --cert ${tls}/peer-server-client.crt --key ${tls}/peer-server-client.key https://127.0.0.1:2380/members`;

type Member = { readonly name: string; readonly isLearner?: boolean };

/** A second member without a control plane: edgectl's witness. */
export const etcdOnly = (cluster: Cluster) => {
  const seen = async () => JSON.parse(await cluster.server.run(members)) as readonly Member[];

  it('is refused with settings that must be alike', async () => {
    const token = await cluster.server.run('cat /var/lib/rancher/k3s/server/token');
    const { exitCode, text } = await cluster.witness.attempt(
      `timeout 60 k3s server --server https://${cluster.server.address}:6443 --token ${token} --cluster-cidr 10.99.0.0/16`,
    );
    expect(exitCode).toBe(1);
    expect(text).toContain('critical configuration value mismatch between servers');
  });

  it('joins as a voter, with its role and its taint', async () => {
    await cluster.witness.run('rm -rf /var/lib/rancher/k3s/server');
    await configure(
      cluster.witness,
      'server',
      `server: https://${cluster.server.address}:6443
token: ${await cluster.server.run('cat /var/lib/rancher/k3s/server/token')}
agent-token: agent-secret
node-ip: ${cluster.witness.address}
disable-apiserver: true
disable-controller-manager: true
disable-scheduler: true
`,
    );
    await cluster.witness.run('systemctl start k3s');
    await eventually(cluster.server, ready(cluster.witness.name), 90);
    const roles = await eventually(
      cluster.server,
      `k3s kubectl get node ${cluster.witness.name} --no-headers | grep -w etcd`,
    );
    expect(roles).not.toContain('control-plane');
    const taints = await cluster.server.run(
      `k3s kubectl get node ${cluster.witness.name} -o jsonpath='{.spec.taints[*].key}'`,
    );
    expect(taints).toContain('node-role.kubernetes.io/etcd');
    expect((await seen()).map(({ isLearner }) => isLearner ?? false)).toEqual([false, false]);
  });

  it('answers for itself, and has no API of its own', async () => {
    const get = (path: string) => `curl -sk -o /dev/null -w '%{http_code}' https://127.0.0.1:6443${path}`;
    expect(await cluster.witness.run(get('/ping'))).toBe('200');
    expect(await cluster.witness.run('k3s kubectl get nodes --no-headers')).toContain(cluster.witness.name);
  });

  it('loses its membership with its Node', async () => {
    // systemd would start it again, and it would join anew under another name.
    await cluster.witness.run(
      `mkdir -p /run/systemd/system/k3s.service.d
printf '[Service]\\nRestart=no\\n' > /run/systemd/system/k3s.service.d/stay.conf
systemctl daemon-reload`,
    );
    await cluster.server.run(`k3s kubectl delete node ${cluster.witness.name} --wait=false`);
    const left = await eventually(cluster.server, `${members} | grep -v ${cluster.witness.name}-`);
    expect(JSON.parse(left)).toHaveLength(1);
    await cluster.witness.run('systemctl stop k3s || true');
  });
};
