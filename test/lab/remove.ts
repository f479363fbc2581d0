import { readdir, rm } from 'node:fs/promises';
import { execa } from 'execa';
import { cutPower } from './arm/machine.ts';
import { LabProblem } from './lab-problem.ts';
import { type Layout, labsFolder, layout } from './layout.ts';
import { withLock } from './lock.ts';
import { releaseAddresses } from './nodes/network.ts';
import { containersOf, podman, tryPodman } from './podman.ts';
import { until } from './progress.ts';
import { stopServer } from './release/server-process.ts';
import { readState } from './state.ts';

const listed = async (...parts: readonly string[]) =>
  (await podman(...parts)).split('\n').filter((line) => line !== '');

/** One look at what podman has of the lab, and its removal; true when there was nothing left to remove. */
const removeParts = async ({ label, network }: Layout) => {
  const filter = ['--filter', `label=${label}`];
  const containers = (await containersOf(label)).map(({ name }) => name);
  if (containers.length > 0) await tryPodman(['rm', '--force', '--volumes', '--time', '0', ...containers]);
  const volumes = await listed('volume', 'ls', '--quiet', ...filter);
  if (volumes.length > 0) await tryPodman(['volume', 'rm', '--force', ...volumes]);
  const networks = await listed('network', 'ls', '--quiet', ...filter);
  if (networks.length > 0) await tryPodman(['network', 'rm', '--force', network]);
  return containers.length + volumes.length + networks.length === 0 ? true : undefined;
};

/** A disk whose container was killed roughly may still be on its loop device. */
const detachDisks = async ({ folder }: Layout) => {
  const { stdout } = await execa('losetup', [
    '--list',
    '--noheadings',
    '--raw',
    '--output',
    'NAME,BACK-FILE',
  ]);
  const ours = stdout.split('\n').filter((line) => line.includes(` ${folder}/`));
  const devices = ours.map((line) => line.split(' ')[0] ?? '');
  if (devices.length > 0) await execa('losetup', ['--detach', ...devices], { reject: false });
};

/** Removes everything of a lab that there is; whoever calls it holds the lab's lock. */
export const removeLab = async (lab: Layout): Promise<void> => {
  await Promise.all([stopServer(lab), cutPower(lab)]);
  const state = await readState(lab);
  if (state !== undefined) await releaseAddresses(state.gateway);
  // Looks again until nothing is left: podman may still be making what a killed `up` had asked for.
  if (!(await until(60, () => removeParts(lab))))
    throw new LabProblem(
      `podman does not let go of lab ${lab.name}: see "podman ps --all --filter label=${lab.label}"`,
    );
  await detachDisks(lab);
  await rm(lab.folder, { recursive: true, force: true });
};

/** Takes a lab down; one that is not there is no problem. */
export const labDown = (name: string): Promise<void> => {
  const lab = layout(name);
  return withLock(lab.lock, 600, () => removeLab(lab));
};

/** The names of this checkout's labs, half-made ones included. */
export const labNames = async (): Promise<readonly string[]> => {
  const entries = await readdir(labsFolder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
};
