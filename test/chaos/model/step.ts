import type { Command } from '../../../src/engine/command.ts';

/** One step of a command: between two of them the power may be cut. What it returns is printed. A throw is its failure. */
export type Step = () => string | undefined;

/** A step that says nothing. */
export const step =
  (act: () => unknown): Step =>
  () => {
    act();
    return undefined;
  };

/** What the script of a command is known by. */
export const scriptOf = ({ parts }: Command): string => parts[2] ?? '';
