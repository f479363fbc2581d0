import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { scriptOn } from '../exec-on.ts';
import { LabProblem } from '../lab-problem.ts';

/** NVIDIA's programs for this machine's architecture. */
export interface GpuParts {
  /** nvidia-container-runtime, which makes containers with a GPU. */
  readonly runtime: string;
  readonly runtimeHook: string;
  readonly cdiHook: string;
  /** nvidia-ctk, which the runtime has containers call while they are made. */
  readonly ctk: string;
  readonly plugin: string;
  /** The libraries that the device plugin is linked to. */
  readonly libraries: readonly string[];
  /** The library of cards that are none, and the program that names them. */
  readonly nvml: string;
  readonly smi: string;
}

/** Builds NVIDIA's programs, or finds them in the cache. */
export const gpuParts = async (arch: 'amd64' | 'arm64' = 'amd64'): Promise<GpuParts> => {
  const script = join(import.meta.dirname, 'build.sh');
  const built = await execa(script, [arch], { stdin: 'ignore', stderr: 'inherit', reject: false });
  const folder = built.stdout?.trim();
  if (built.exitCode !== 0 || !folder) throw new LabProblem("NVIDIA's programs could not be built");
  const at = (name: string) => join(folder, name);
  return {
    runtime: at('nvidia-container-runtime'),
    runtimeHook: at('nvidia-container-runtime-hook'),
    cdiHook: at('nvidia-cdi-hook'),
    ctk: at('nvidia-ctk'),
    plugin: at('nvidia-device-plugin'),
    libraries: (await readdir(at('lib'))).map((name) => at(join('lib', name))),
    nvml: at('libnvidia-ml.so.1'),
    smi: at('nvidia-smi'),
  };
};

const RELEASE =
  '# R36 (release), REVISION: 4.3, GCID: 38968081, BOARD: generic, EABI: aarch64, DATE: Wed Jan  8 01:49:37 UTC 2025';

/** The device file that stands for a GPU's. */
export const GPU_DEVICE = '/dev/nvhost-ctrl-gpu';

const MAPS = '/etc/nvidia-container-runtime/host-files-for-container.d';

/** Gives a node what L4T R36.4.3 has: its release line, a device, and the list of what containers get of the driver. */
export const makeJetson = async (lab: string, node: string): Promise<void> => {
  await scriptOn(
    lab,
    node,
    `echo '${RELEASE}' > /etc/nv_tegra_release
[ -e ${GPU_DEVICE} ] || mknod -m 0666 ${GPU_DEVICE} c 1 3
mkdir -p ${MAPS}
echo 'dev, ${GPU_DEVICE}' > ${MAPS}/devices.csv`,
  );
};
