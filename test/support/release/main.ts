import { join, relative, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { bytes } from '../../../src/support/bytes.ts';
import { ARCHES, type Arch } from './pins.ts';
import { makeRelease } from './release.ts';
import { ReleaseProblem } from './release-problem.ts';

type Options = { readonly arch?: Arch; readonly into: string; readonly output: 'text' | 'json' };

const release = async ({ arch, into, output }: Options): Promise<void> => {
  const made = await makeRelease(resolve(into), arch === undefined ? ARCHES : [arch]);
  const near = (path: string): string => relative(process.cwd(), path);
  const lines = made.files.map(({ path, size, sha256 }) => `${near(path)}  ${bytes(size)}  sha256:${sha256}`);
  const text = [`edgectl ${made.version} with Node ${made.node}`, ...lines, near(made.sums)].join('\n');
  process.stdout.write(`${output === 'json' ? JSON.stringify(made, undefined, 2) : text}\n`);
};

const program = new Command('release')
  .description('Makes the tarballs that a control device runs edgectl from: they need nothing else there.')
  .addOption(new Option('--arch <arch>', 'only this one').choices(ARCHES))
  .option('--into <folder>', 'where they are to lie', join(import.meta.dirname, '../../../release'))
  .addOption(new Option('--output <form>', 'form of the result').choices(['text', 'json']).default('text'))
  .addHelpText('after', '\nExample:\n  npm run -s release -- --arch arm64 --output json')
  .action(release);

try {
  await program.parseAsync();
} catch (problem) {
  if (!(problem instanceof ReleaseProblem)) throw problem;
  process.stderr.write(`release: ${problem.message}\n`);
  process.exitCode = 1;
}
