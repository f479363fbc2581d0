import type { AcceleratorId } from '../../spec/accelerators.ts';
import type { Accelerator } from './accelerator.ts';
import { jetson } from './jetson.ts';
import { nvidia } from './nvidia.ts';

/** Every accelerator, by the name that a cluster file may give. A new one is a file beside these, a line here, and its name in the spec. */
export const accelerators: Readonly<Record<AcceleratorId, Accelerator>> = { jetson, nvidia };
