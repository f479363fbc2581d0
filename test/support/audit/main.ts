import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { verdictOf } from './verdict.ts';

// Asks the registry for known holes in the locked dependencies; where it has no such answer, it says so and passes.
const root = fileURLToPath(new URL('../../../', import.meta.url));

for (const ships of [true, false]) {
  const { stdout } = await execa('npm', ['audit', '--json', ...(ships ? ['--omit=dev'] : [])], {
    cwd: root,
    reject: false,
  });
  const { ok, says } = verdictOf(stdout, ships);
  process.stdout.write(`${says}\n`);
  if (!ok) process.exitCode = 1;
}
