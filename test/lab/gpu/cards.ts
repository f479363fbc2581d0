import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { scriptOn } from '../exec-on.ts';
import { layout } from '../layout.ts';
import { podman } from '../podman.ts';
import type { GpuParts } from './jetson.ts';

/** What the driver and NVML of the lab's cards say. */
export const CARDS = { count: 2, name: 'NVIDIA L4', driver: '550.90.07' } as const;

/** The driver's library, where a node has it and where the runtime puts it into containers. */
export const NVML = '/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1';
/** Beside it in a container: which devices were asked for. */
export const GIVEN = '/usr/lib/x86_64-linux-gnu/libnvidia-ml.devices';

// The kernel of the machine under the node knows no cards: what it says of its hardware is covered.
const HARDWARE = `mkdir -p /run/cards/nvidia
echo ${CARDS.driver} > /run/cards/nvidia/version
mount -t overlay -o lowerdir=/run/cards:/sys/module cards /sys/module
mount -t tmpfs cards /sys/bus/pci/devices
for slot in 1 2; do
  mkdir /sys/bus/pci/devices/0000:0$slot:00.0
  echo 0x10de > /sys/bus/pci/devices/0000:0$slot:00.0/vendor
  echo 0x030200 > /sys/bus/pci/devices/0000:0$slot:00.0/class
done`;

/**
 * Gives a container node two cards with their driver: they are on its PCI buses until it reboots, NVML names them, and the toolkit
 * out of a pool of packages is installed.
 */
export const makeCards = async (lab: string, node: string, parts: GpuParts, pool: string): Promise<void> => {
  const bring = (file: string, to: string) => podman('cp', file, `${layout(lab).container(node)}:${to}`);
  await bring(parts.nvml, NVML);
  await bring(parts.smi, '/usr/bin/nvidia-smi');
  await scriptOn(lab, node, `mkdir -p /run/toolkit; ${HARDWARE}`);
  for (const deb of await readdir(pool)) await bring(join(pool, deb), `/run/toolkit/${deb}`);
  await scriptOn(lab, node, 'dpkg --install /run/toolkit/*.deb');
  await bring(join(import.meta.dirname, 'cards/nvidia-container-cli'), '/usr/bin/nvidia-container-cli');
};
