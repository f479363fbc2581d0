import { expect, it } from 'vitest';
import { type Cluster, eventually } from './node.ts';

const CONFIG = '/var/lib/rancher/k3s/agent/etc/containerd/config.toml';
const FOLDER = '/opt/contract-gpu';
const DROP_IN = '/etc/systemd/system/k3s-agent.service.d/contract.conf';

/** Container runtimes beside runc. */
export const runtimes = (cluster: Cluster) => {
  it('has a class for each runtime that it looks for, whether a node has it or not', async () => {
    const said = await eventually(cluster.server, 'k3s kubectl get runtimeclass nvidia -o name');
    expect(said).toBe('runtimeclass.node.k8s.io/nvidia');
  });

  it("looks for NVIDIA's runtime in the PATH of its service, when it starts", async () => {
    const { run } = cluster.agent;
    const starts = () => run('systemctl daemon-reload; systemctl restart k3s-agent');
    const known = `grep -F ${FOLDER}/nvidia-container-runtime ${CONFIG}`;
    await run(
      `mkdir -p ${FOLDER} && printf '#!/bin/sh\\n' > ${FOLDER}/nvidia-container-runtime && chmod 0755 ${FOLDER}/*`,
    );
    await run(`rm ${CONFIG}`);
    await starts();
    await eventually(cluster.agent, `[ -e ${CONFIG} ]`);
    expect((await cluster.agent.attempt(known)).exitCode).not.toBe(0);
    const path = `[Service]\nEnvironment=PATH=${FOLDER}:/usr/sbin:/usr/bin:/sbin:/bin\n`;
    await run(`mkdir -p ${DROP_IN.replace(/\/[^/]+$/, '')}; cat > ${DROP_IN}`, path);
    await starts();
    expect(await eventually(cluster.agent, known)).toContain('BinaryName');
    await run(`rm -r ${FOLDER} ${DROP_IN}`);
    await starts();
  });
};
