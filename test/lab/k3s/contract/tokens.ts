import { expect, it } from 'vitest';
import { type Cluster, configure, eventually, ready, says } from './node.ts';

/** How nodes get in, and how they do not. */
export const tokens = (cluster: Cluster) => {
  const configureAgent = (token: string) =>
    configure(
      cluster.agent,
      'agent',
      `server: https://${cluster.server.address}:6443\ntoken: ${token}\nnode-ip: ${cluster.agent.address}\n`,
    );
  const restart = () => cluster.agent.run('systemctl restart k3s-agent');
  const agentToken = () => cluster.server.run('cat /var/lib/rancher/k3s/server/agent-token');
  const gone = (what: string) => eventually(cluster.server, `! k3s kubectl get ${what}`);

  it('refuses a token that pins another authority', async () => {
    await configureAgent(`K10${'0'.repeat(64)}::node:agent-secret`);
    await restart();
    await says(
      cluster.agent,
      /token CA hash does not match the Cluster CA certificate hash: 0{64} != [0-9a-f]{64}/,
    );
  });

  it('refuses a wrong secret', async () => {
    await configureAgent((await agentToken()).replace('agent-secret', 'wrong'));
    await restart();
    await says(cluster.agent, /not authorized|401 Unauthorized/);
  });

  it('lets an agent in with the agent token', async () => {
    await configureAgent(await agentToken());
    await restart();
    await eventually(cluster.server, ready(cluster.agent.name));
    const hash = await cluster.server.run(
      `k3s kubectl -n kube-system get secret ${cluster.agent.name}.node-password.k3s`,
    );
    expect(hash).toContain(cluster.agent.name);
  });

  it('refuses a machine with another password under the same name, until its Node is deleted', async () => {
    await cluster.agent.run(
      'cp /etc/rancher/node/password /root/password; echo other > /etc/rancher/node/password',
    );
    await restart();
    await says(cluster.agent, /Node password rejected, duplicate hostname or contents of/);
    await cluster.server.run(`k3s kubectl delete node ${cluster.agent.name}`);
    // The agent tries all the time, so the old password's Secret may be followed by a new one at once.
    await eventually(cluster.server, ready(cluster.agent.name));
  });

  it('lets an agent in with a token that ends', async () => {
    const token = await cluster.server.run('k3s token create --ttl 10m');
    expect(token).toMatch(/^K10[0-9a-f]{64}::[a-z0-9]{6}\.[a-z0-9]{16}$/);
    await cluster.agent.run('systemctl stop k3s-agent');
    await cluster.server.run(`k3s kubectl delete node ${cluster.agent.name}`);
    await gone(`-n kube-system secret ${cluster.agent.name}.node-password.k3s`);
    await configureAgent(token);
    await restart();
    await eventually(cluster.server, ready(cluster.agent.name));
  });
};
