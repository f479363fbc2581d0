/** What a board of the field looks like to whoever logs in. */
export type Model = {
  /** The device tree's `model` and `compatible`, most particular name first. */
  readonly tree: { readonly model: string; readonly compatible: readonly string[] };
  /** The line of /etc/nv_tegra_release. */
  readonly l4t: string;
  /** Which control groups its JetPack's systemd mounts. */
  readonly cgroup: 'v1' | 'v2';
  /** Whether its kernel has vxlan: some releases of L4T were built without. */
  readonly vxlan: boolean;
  /** Whether its clock has a battery as it comes; without one the board starts in 1970. */
  readonly battery: boolean;
};

/**
 * The boards that QEMU is made to look like, in the order in which a lab gets them. Trees and release lines are those of
 * NVIDIA's developer kits with JetPack 6.2, 4.6.4 and 5.1.2; kernels, GPU and sensors are not imitated.
 */
export const models = {
  'orin-nano': {
    tree: {
      model: 'NVIDIA Jetson Orin Nano Developer Kit',
      compatible: ['nvidia,p3768-0000+p3767-0005', 'nvidia,p3767-0005', 'nvidia,tegra234'],
    },
    l4t: '# R36 (release), REVISION: 4.3, GCID: 38968081, BOARD: generic, EABI: aarch64, DATE: Wed Jan  8 01:49:37 UTC 2025',
    cgroup: 'v2',
    vxlan: true,
    battery: true,
  },
  nano: {
    tree: {
      model: 'NVIDIA Jetson Nano Developer Kit',
      compatible: ['nvidia,p3449-0000-b00+p3448-0000-b00', 'nvidia,jetson-nano', 'nvidia,tegra210'],
    },
    l4t: '# R32 (release), REVISION: 7.4, GCID: 33514132, BOARD: t210ref, EABI: aarch64, DATE: Fri Jun  9 04:25:08 UTC 2023',
    cgroup: 'v1',
    vxlan: false,
    battery: false,
  },
  'xavier-nx': {
    tree: {
      model: 'NVIDIA Jetson Xavier NX Developer Kit',
      compatible: ['nvidia,p3449-0000+p3668-0000', 'nvidia,p3509-0000+p3668-0000', 'nvidia,tegra194'],
    },
    l4t: '# R35 (release), REVISION: 4.1, GCID: 33958178, BOARD: t186ref, EABI: aarch64, DATE: Tue Aug  1 19:57:35 UTC 2023',
    cgroup: 'v1',
    vxlan: true,
    battery: true,
  },
} as const satisfies Readonly<Record<string, Model>>;

/** The name of a model. */
export type ModelName = keyof typeof models;

const names = Object.keys(models) as readonly ModelName[];

/** The model of a lab's emulated board number `index`, counted from 0. */
export const modelOf = (index: number): ModelName => names[index % names.length] ?? 'orin-nano';
