import { createInterface } from 'node:readline/promises';
import { Problem } from '../support/problem.ts';

/** Asks a yes/no question on the terminal; without a terminal there is nobody to ask. */
export const confirm = async (question: string, stop?: AbortSignal): Promise<boolean> => {
  if (!process.stdin.isTTY)
    throw new Problem('FLAG_INVALID', 'this needs a confirmation, and there is no terminal to ask on', {
      hint: 'add --yes',
    });
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `, stop ? { signal: stop } : {});
    return /^y(es)?$/i.test(answer.trim());
  } catch {
    return false;
  } finally {
    terminal.close();
  }
};
