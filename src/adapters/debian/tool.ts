import { execa } from 'execa';
import { Problem } from '../../support/problem.ts';

const WITHIN_MS = 120_000;

/**
 * Runs a program of this machine by words. It gets no environment but PATH. Gives its exit status, what it wrote to its
 * stdout and to its descriptor 3; throws TOOL_MISSING, which names the package that has it.
 */
export const runTool = async (
  [program, ...words]: readonly [string, ...string[]],
  { inPackage, most }: { readonly inPackage: string; readonly most: number },
): Promise<{ readonly ok: boolean; readonly stdout: string; readonly status: string }> => {
  const ended = await execa(program, words, {
    extendEnv: false,
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
    maxBuffer: most,
    stripFinalNewline: false,
    timeout: WITHIN_MS,
    reject: false,
  });
  if (ended.code === 'ENOENT')
    throw new Problem('TOOL_MISSING', `${program} is not on this machine`, {
      hint: `install the package ${inPackage}`,
    });
  return { ok: !ended.failed, stdout: ended.stdout, status: ended.stdio[3] };
};
