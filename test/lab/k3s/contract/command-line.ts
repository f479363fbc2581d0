import { expect, it } from 'vitest';
import type { Cluster } from './node.ts';

const config = '/etc/rancher/k3s/config.yaml';

/** What k3s does without a cluster. */
export const commandLine = (cluster: Cluster) => {
  it('tells its version and Go’s, and unpacks nothing for it', async () => {
    const [version, go] = (await cluster.server.run('k3s --version')).split('\n');
    expect(version).toMatch(/^k3s version v1\.\d+\.\d+\+k3s\d+ \(.+\)$/);
    expect(go).toMatch(/^go version go1\.\d+/);
    expect(await cluster.server.attempt('ls /var/lib/rancher/k3s/data')).not.toMatchObject({ exitCode: 0 });
  });

  it.each(['server', 'agent'])('k3s %s dies of an unknown flag', async (role) => {
    const { exitCode, text } = await cluster.agent.attempt(`k3s ${role} --nope`);
    expect(exitCode).not.toBe(0);
    expect(text).toContain('flag provided but not defined: -nope');
  });

  it.each(['nope: 1', 'cluster-init: true'])('k3s agent dies of `%s` in config.yaml', async (line) => {
    const { exitCode, text } = await cluster.agent.attempt(
      `echo '${line}' > ${config}; timeout 20 k3s agent --token t --server https://127.0.0.1:1; s=$?; rm ${config}; exit $s`,
    );
    expect(exitCode).toBe(1);
    expect(text).toContain(`flag provided but not defined: -${line.split(':')[0]}`);
  });

  it('k3s agent wants a token and a server', async () => {
    expect((await cluster.agent.attempt('k3s agent --server https://127.0.0.1:1')).text).toContain(
      '--token is required',
    );
    expect((await cluster.agent.attempt('k3s agent --token t')).text).toContain('--server is required');
  });
};
