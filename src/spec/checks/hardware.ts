import type { CheckLine } from '../check-form.ts';

/** Checks of the board itself. */
export const HARDWARE = {
  ARCHITECTURE: {
    severity: 'error',
    means: 'The kernel is a 64-bit ARM or x86 one; 32-bit boards are refused by name.',
    hint: 'edgectl needs a 64-bit ARM or x86 system',
  },
  USERLAND_BITS: {
    severity: 'warning',
    means: 'The programs are as wide as the kernel.',
    hint: 'a 32-bit system on a 64-bit kernel runs k3s but not every GPU or apt package of a bundle: install the 64-bit image',
  },
  MEMORY: { severity: 'error', means: 'There is memory for a node.', hint: 'a node needs 512 MiB' },
  CORES: {
    severity: 'warning',
    means: 'There are two processors or more.',
    hint: 'one core starves the kubelet under load: keep this board a worker, and its pods small',
  },
  CORES_OFFLINE: {
    severity: 'warning',
    means: 'No processor is switched off.',
    hint: 'on a Jetson the power mode switches cores off: see POWER_MODE',
  },
  PAGE_SIZE: {
    severity: 'warning',
    means: 'The kernel has pages of 4 KiB.',
    hint: 'some arm64 images (older jemalloc among them) die on larger pages; on a Raspberry Pi 5 set kernel=kernel8.img in /boot/firmware/config.txt',
  },
  L4T_RELEASE: {
    severity: 'warning',
    means: "A Jetson's L4T release is known and goes with its Ubuntu.",
    hint: 'flash the JetPack that belongs to the board; GPU packages are matched to the L4T release',
  },
  POWER_MODE: {
    severity: 'warning',
    means: 'A Jetson runs in the highest power mode that it offers.',
    hint: 'a low power mode can halve the throughput',
  },
  POWER_SUPPLY: {
    severity: 'warning',
    means:
      'Nothing throttled the board for want of power, as the firmware of a Raspberry Pi and the counters of a Jetson tell.',
    hint: 'use the supply that the board is sold with, and a short cable; under-voltage corrupts SD cards',
  },
  TEMPERATURE: {
    severity: 'warning',
    means: 'No thermal zone is at 85 °C or above.',
    hint: 'the board throttles at that heat: look at its fan, and at the air in the cabinet',
  },
} as const satisfies Readonly<Record<string, CheckLine>>;
