import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Layout } from './layout.ts';
import type { Node } from './nodes/node.ts';
import type { Release } from './release/folder.ts';

/** What a lab keeps about itself in `.lab/N/lab.json`. */
export type LabState = {
  readonly gateway: string;
  readonly nodes: readonly Node[];
  /** The k3s release that its server offers, and the port it has offered it on since the lab was made. */
  readonly release?: Release & { readonly port: number };
};

/** Reads a lab's state; undefined when there is no such lab. */
export const readState = async ({ state }: Layout): Promise<LabState | undefined> => {
  const text = await readFile(state, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as LabState);
};

/** Writes a file whole or not at all, and not if that would change nothing. */
export const writeWhole = async (file: string, text: string): Promise<void> => {
  if ((await readFile(file, 'utf8').catch(() => undefined)) === text) return;
  await writeFile(`${file}.part`, text);
  await rename(`${file}.part`, file);
};

/** Keeps a lab's state. */
export const writeState = ({ state }: Layout, value: LabState) =>
  writeWhole(state, `${JSON.stringify(value, undefined, 2)}\n`);
