import { expect, it } from 'vitest';
import { type Cluster, says } from './node.ts';

const folder = '/var/lib/rancher/k3s/agent/images';
const archive = `${folder}/k3s-airgap-images-amd64.tar.zst`;

/** agent/images on the agent, whose k3s runs. */
export const images = (cluster: Cluster) => {
  const journal = () =>
    cluster.agent.run("journalctl --no-pager --output cat -u 'k3s*' | grep level= || true");
  const since = async (mark: string) => (await journal()).split(mark).length;

  it('imported what was there at the start', async () => {
    expect(await journal()).toContain(`Imported images from ${archive}`);
    expect(await cluster.agent.run('k3s ctr images ls -q')).toContain('docker.io/rancher/mirrored-pause:');
  });

  it('eats a half-copied archive after two seconds, and takes it in once it is whole', async () => {
    const half = `${folder}/half.tar.zst`;
    await cluster.agent.run(`head -c 1000000 ${archive} > ${half}`);
    await says(cluster.agent, new RegExp(`(while importing|Failed to import) ${half}`));
    await cluster.agent.run(`tail -c +1000001 ${archive} >> ${half}`);
    await says(cluster.agent, new RegExp(`Imported images from ${half}`));
  });

  it('does not look into sub-directories', async () => {
    await cluster.agent.run(
      `mkdir ${folder}/sub; cp ${archive} ${folder}/sub/deep.tar.zst; mv ${folder}/half.tar.zst ${folder}/other.tar.zst`,
    );
    await says(cluster.agent, /Imported images from \S+other\.tar\.zst/);
    expect(await journal()).not.toContain('deep.tar.zst');
  });

  it('remembers archives across a restart where .cache.json is', async () => {
    const restart = 'systemctl restart k3s-agent; sleep 1';
    const imported = `Imported images from ${archive}`;
    const once = (await since(imported)) - 1;
    await cluster.agent.run(
      `rm -r ${folder}/sub ${folder}/other.tar.zst; touch ${folder}/.cache.json; ${restart}`,
    );
    await says(cluster.agent, new RegExp(`(${imported}[\\s\\S]*){${once + 1}}`));
    const before = await since(imported);
    // The kubelet starts after the import: its next start is when the import is over, or was not needed.
    const kubelets = (await since('Running kubelet')) - 1;
    await cluster.agent.run(restart);
    await says(cluster.agent, new RegExp(`(Running kubelet[\\s\\S]*){${kubelets + 1}}`));
    expect(await since(imported)).toBe(before);
  });
};
