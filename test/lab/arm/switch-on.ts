import type { Layout } from '../layout.ts';
import { awaitSsh } from '../nodes/await-ssh.ts';
import { operatorKeys } from '../nodes/keys.ts';
import type { Node } from '../nodes/node.ts';
import type { LabState } from '../state.ts';
import { ensureBoard } from './board.ts';
import type { ModelName } from './models.ts';

/** A node that is an emulated board. */
export type BoardNode = Node & { readonly model: ModelName };

/** Whether a node is an emulated board. */
export const isBoard = (node: Node): node is BoardNode => node.model !== undefined;

/** Seconds until an emulated board greets, on a machine that has more to do: alone it takes ten. */
const WITHIN = 240;

/** Gives a board power, if it has none, and waits until it answers. Makes it first, if it is new. */
export const switchOn = async (lab: Layout, { gateway }: LabState, node: BoardNode): Promise<void> => {
  const authorizedKeys = await operatorKeys(lab.folder, lab.name);
  await ensureBoard(lab, { ...node, gateway, authorizedKeys });
  await awaitSsh(node, WITHIN);
};
