import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { LabProblem } from './lab/lab-problem.ts';
import { say, step } from './lab/progress.ts';
import { labUp } from './lab/up.ts';
import { buildEdgectl } from './support/build/build.ts';

// A lab of real nodes, made into a cluster by the edgectl of this checkout. Run again, it finds nothing to change.
const root = fileURLToPath(new URL('../', import.meta.url));

/** Runs edgectl for the person at the terminal; its exit status. */
const edgectl = async (...words: readonly string[]): Promise<number> => {
  say(`$ edgectl ${words.join(' ')}`);
  const { exitCode } = await execa(`${root}bin/edgectl`, words, {
    cwd: root,
    stdio: 'inherit',
    reject: false,
  });
  return exitCode ?? 1;
};

try {
  const [lab] = await Promise.all([labUp({ name: 'demo' }), step('building edgectl', buildEdgectl)]);
  const file = relative(root, lab.file);
  process.exitCode = (await edgectl('init', '-f', file, '--yes')) || (await edgectl('status', '-f', file));
  say(
    `The lab keeps running. Log in to a node: npm run lab -- ssh board-1. Remove everything: npm run lab -- down.`,
  );
} catch (problem) {
  if (!(problem instanceof LabProblem)) throw problem;
  say(problem.message);
  process.exitCode = 1;
}
