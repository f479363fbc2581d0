import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { mintAuthorities } from './authorities.ts';
import { type Cluster, configure, eventually, ready, says } from './node.ts';

const folder = '/var/lib/rancher/k3s/server';
const http = (path: string, user = '') =>
  `curl -sk -o /tmp/body -w '%{http_code} ' ${user && `-u ${user}`} https://127.0.0.1:6443${path}; cat /tmp/body`;

/** A first server from pre-placed authorities. */
export const server = (cluster: Cluster) => {
  let authorities: ReadonlyMap<string, string>;

  it('starts from pre-placed authorities and tells systemd when the API answers', async () => {
    const node = cluster.server;
    authorities = await mintAuthorities();
    await node.run(`mkdir -p ${folder}/tls/etcd /etc/rancher/k3s/config.yaml.d`);
    for (const [name, text] of authorities) await node.run(`umask 077; cat > ${folder}/tls/${name}`, text);
    await configure(
      node,
      'server',
      `cluster-init: true
token: contract-secret
agent-token: agent-secret
node-ip: ${node.address}
advertise-address: ${node.address}
tls-san: [vip.example]
node-label: [a=config]
etcd-snapshot-retention: 3
no-such-key: 1
`,
    );
    await node.run("echo 'node-label+: [b=appended]' > /etc/rancher/k3s/config.yaml.d/10-more.yaml");
    await node.run("echo 'etcd-snapshot-retention: 2' > /etc/rancher/k3s/config.yaml.d/20-last.yaml");
    await node.run('systemctl start k3s && k3s kubectl get --raw /readyz');
    await eventually(node, ready(node.name));
  });

  it('skips an unknown key with a warning', () =>
    says(cluster.server, /Unknown flag --no-such-key found in config\.yaml, skipping/));

  it('appends with key+', async () => {
    const labels = await cluster.server.run(`k3s kubectl get node ${cluster.server.name} --show-labels`);
    expect(labels).toMatch(/a=config/);
    expect(labels).toMatch(/b=appended/);
  });

  it('has the roles of a server with etcd', () =>
    eventually(
      cluster.server,
      `k3s kubectl get node ${cluster.server.name} | grep -E 'control-plane.*etcd'`,
    ));

  it('uses the authorities as they are', async () => {
    for (const [name, text] of authorities)
      expect(await cluster.server.run(`cat ${folder}/tls/${name}`)).toBe(text.trimEnd());
  });

  it('writes tokens that pin the authority, known beforehand', async () => {
    const hash = createHash('sha256')
      .update(authorities.get('server-ca.crt') ?? '')
      .digest('hex');
    expect(await cluster.server.run(`cat ${folder}/token`)).toBe(`K10${hash}::server:contract-secret`);
    expect(await cluster.server.run(`cat ${folder}/agent-token`)).toBe(`K10${hash}::node:agent-secret`);
    expect(await cluster.server.run(`readlink ${folder}/node-token`)).toBe(`${folder}/token`);
  });

  it.each([
    [`${folder}/token`, '600'],
    [`${folder}/agent-token`, '600'],
    [folder, '700'],
    [`${folder}/tls/server-ca.key`, '600'],
    [`${folder}/db/snapshots`, '700'],
    ['/etc/rancher/k3s/k3s.yaml', '600'],
    ['/etc/rancher/node/password', '600'],
  ])('%s has mode %s', async (file, mode) => {
    expect(await cluster.server.run(`stat -c %a ${file}`)).toBe(mode);
  });

  it('writes a kubeconfig for this machine', async () => {
    const text = await cluster.server.run('cat /etc/rancher/k3s/k3s.yaml');
    expect(text).toContain('server: https://127.0.0.1:6443');
    expect(text).toContain('current-context: default');
  });

  it.each([
    ['/ping', '', '200 pong'],
    ['/readyz', '', '401 '],
    ['/v1-k3s/config', '', '401 '],
    ['/v1-k3s/config', 'node:wrong', '401 '],
    ['/v1-k3s/config', 'node:contract-secret', '401 '],
    ['/v1-k3s/config', 'node:agent-secret', '200 '],
    ['/v1-k3s/server-bootstrap', 'node:agent-secret', '403 '],
    ['/v1-k3s/server-bootstrap', 'server:wrong', '401 '],
    ['/v1-k3s/server-bootstrap', 'server:contract-secret', '200 '],
  ])('%s for “%s” is %s', async (path, user, answer) => {
    expect(await cluster.server.run(http(path, user))).toMatch(new RegExp(`^${answer}`));
  });

  it('serves its authority, and shows the names it was told', async () => {
    expect((await cluster.server.run(http('/cacerts'))).slice(4)).toBe(
      authorities.get('server-ca.crt')?.trimEnd(),
    );
    const connect = `--connect-to vip.example:6443:127.0.0.1:6443 https://vip.example:6443/ping`;
    expect(await cluster.server.run(`curl -s --cacert ${folder}/tls/server-ca.crt ${connect}`)).toBe('pong');
  });

  it('listens where k3s does, and nowhere wider', async () => {
    const listening = (await cluster.server.run('ss -Hltn'))
      .split('\n')
      .map((line) => line.trim().split(/\s+/)[3]);
    const { address } = cluster.server;
    for (const socket of ['*:6443', '*:10250', `${address}:2379`, `${address}:2380`])
      expect(listening).toContain(socket);
    for (const port of [2381, 6444, 10248, 10249, 10256, 10257, 10259]) {
      const sockets = listening.filter((socket) => socket?.endsWith(`:${port}`));
      expect(sockets, `${port}`).toEqual([`127.0.0.1:${port}`]);
    }
  });

  it('runs etcd with a heartbeat of 500 and an election time-out of 5000 ms', async () => {
    const told = await cluster.server.run(
      `cat ${folder}/db/etcd/config 2>/dev/null || tr '\\0' '\\n' < /proc/$(pgrep -f '[k]3s etcd ')/cmdline`,
    );
    expect(told).toMatch(/heartbeat-interval[:=] ?500\b/);
    expect(told).toMatch(/election-timeout[:=] ?5000\b/);
  });

  it('deploys CoreDNS without a number of replicas, spread over machines', async () => {
    const manifest = await cluster.server.run(`cat ${folder}/manifests/coredns.yaml`);
    expect(manifest).not.toMatch(/^\s*replicas:/m);
    const read = (path: string) =>
      cluster.server.run(
        `k3s kubectl -n kube-system get deployment coredns -o jsonpath='{.spec.template.spec${path}}'`,
      );
    expect(await read('.serviceAccountName')).toBe('coredns');
    expect(await read('.topologySpreadConstraints[*].topologyKey')).toContain('kubernetes.io/hostname');
    expect(await read('.tolerations[*].key')).toContain('node-role.kubernetes.io/control-plane');
    await cluster.server.run('k3s kubectl -n kube-system rollout status deployment coredns --timeout=90s');
  });

  it('keeps the manifests folder applied, but for skipped files', async () => {
    const manifest = (name: string, value: string) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: default }\ndata: { key: ${value} }\n`;
    const put = (name: string, value: string) =>
      cluster.server.run(`cat > ${folder}/manifests/${name}.yaml`, manifest(name, value));
    const has = (name: string, value: string) =>
      `test "$(k3s kubectl get configmap ${name} -o jsonpath='{.data.key}')" = ${value}`;
    await cluster.server.run(`touch ${folder}/manifests/skipped.yaml.skip`);
    await put('skipped', 'one');
    await put('kept', 'one');
    await eventually(cluster.server, has('kept', 'one'));
    await put('kept', 'two');
    await eventually(cluster.server, has('kept', 'two'));
    expect(await cluster.server.attempt('k3s kubectl get configmap skipped')).toMatchObject({ exitCode: 1 });
  });

  it('saves, lists, keeps two and deletes snapshots', async () => {
    const list = () => cluster.server.run('k3s etcd-snapshot ls 2>/dev/null');
    for (let turn = 0; turn < 3; turn++)
      await cluster.server.run('k3s etcd-snapshot save --name contract; sleep 1');
    const names = (await list()).match(/^contract-\S+/gm) ?? [];
    expect(names).toHaveLength(2);
    await cluster.server.run(`k3s etcd-snapshot delete ${names[0]}`);
    expect(await list()).not.toContain(names[0]);
  });

  it('has the state of a snapshot again, and is reset once only', async () => {
    await cluster.server.run('k3s kubectl create configmap before && k3s etcd-snapshot save --name restored');
    await cluster.server.run('k3s kubectl create configmap after');
    const reset = `k3s server --cluster-reset --cluster-reset-restore-path=$(ls ${folder}/db/snapshots/restored-*)`;
    await cluster.server.run('systemctl stop k3s');
    expect((await cluster.server.attempt(reset)).text).toContain(
      'Managed etcd cluster membership has been reset, restart without --cluster-reset flag now.',
    );
    expect(await cluster.server.attempt(reset)).toMatchObject({ exitCode: 1 });
    await cluster.server.run('systemctl start k3s');
    await eventually(cluster.server, ready(cluster.server.name));
    const names = await cluster.server.run('k3s kubectl get configmap -o name');
    expect(names).toContain('configmap/before');
    expect(names).not.toContain('configmap/after');
  });

  it('comes back after SIGKILL, and its pods have not noticed', async () => {
    const restarts = () =>
      cluster.server.run(
        "k3s kubectl -n kube-system get pods -l k8s-app=kube-dns -o jsonpath='{.items[*].status.containerStatuses[*].containerID}'",
      );
    const before = await restarts();
    await cluster.server.run('kill -9 $(systemctl show -P MainPID k3s); sleep 2');
    await eventually(cluster.server, `systemctl is-active k3s && ${ready(cluster.server.name)}`);
    expect(await restarts()).toBe(before);
  });
};
