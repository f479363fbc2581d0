/** The accelerators that a cluster file may name; what each is stands in src/domain/accelerators. */
export const ACCELERATORS = ['jetson', 'nvidia'] as const;

/** The name of an accelerator. */
export type AcceleratorId = (typeof ACCELERATORS)[number];
