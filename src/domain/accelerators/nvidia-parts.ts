import type { Accelerator } from './accelerator.ts';

const RESOURCE = 'nvidia.com/gpu';

const PROGRAM = 'nvidia-device-plugin';

/**
 * What Jetsons and cards have in common; `strategy` is how the device plugin finds GPUs. It is never left to guess: on a
 * Thor v0.19.3 guesses wrong (NVIDIA/k8s-device-plugin#1963).
 */
export const nvidiaParts = (
  strategy: 'tegra' | 'nvml',
): Pick<Accelerator, 'packages' | 'runtime' | 'resource' | 'plugin'> => ({
  packages: [
    'nvidia-container-toolkit',
    'nvidia-container-toolkit-base',
    'libnvidia-container-tools',
    'libnvidia-container1',
  ],
  runtime: {
    name: 'nvidia',
    program: 'nvidia-container-runtime',
    // Where the GPU operator and where packages put it, in k3s's own order.
    folders: ['/usr/local/nvidia/toolkit', '/usr/bin'],
  },
  resource: RESOURCE,
  plugin: {
    image: 'nvcr.io/nvidia/k8s-device-plugin',
    command: [PROGRAM],
    env: {
      DEVICE_DISCOVERY_STRATEGY: strategy,
      NVIDIA_VISIBLE_DEVICES: 'all',
      NVIDIA_DRIVER_CAPABILITIES: 'compute,utility',
    },
    // JSON is YAML.
    config: (shares) =>
      JSON.stringify({
        version: 'v1',
        flags: { failOnInitError: true },
        ...(shares > 1
          ? { sharing: { timeSlicing: { resources: [{ name: RESOURCE, replicas: shares }] } } }
          : {}),
      }),
    probe: [PROGRAM, '--version'],
  },
});
