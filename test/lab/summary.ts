import type { ModelName } from './arm/models.ts';
import type { Layout } from './layout.ts';
import { users } from './nodes/users.ts';
import type { LabState } from './state.ts';

/** One node as `up` and the tests see it. */
export type LabNode = {
  readonly name: string;
  /** Its container; absent where it is none. */
  readonly container?: string;
  /** What it looks like, where it is an emulated board. */
  readonly model?: ModelName;
  readonly address: string;
  readonly user: string;
  /** The path of the private key that lets `user` in. */
  readonly key: string;
};

/** What `up` prints (DESIGN §5): `file` is the lab's cluster.yaml. */
export type LabSummary = { readonly name: string; readonly file: string; readonly nodes: readonly LabNode[] };

/** A lab in the words of DESIGN §5; the control node comes first. */
export const summary = (lab: Layout, { nodes }: LabState): LabSummary => ({
  name: lab.name,
  file: lab.clusterFile,
  nodes: nodes.map(({ name, address, model }) => ({
    name,
    ...(model === undefined ? { container: lab.container(name) } : { model }),
    address,
    user: users.ubuntu.name,
    key: lab.key,
  })),
});
