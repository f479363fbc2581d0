// Sums up the rings: `sum.mjs FOLDER FAILED-PART…`, the folder holding `<part>.json` as vitest's json reporter writes it.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const [folder, ...failedParts] = process.argv.slice(2);
const rings = readdirSync(folder).map((file) => ({
  name: basename(file, '.json'),
  ...JSON.parse(readFileSync(join(folder, file), 'utf8')),
}));

const sum = (key) => rings.reduce((total, ring) => total + ring[key], 0);
// A part can fail without a failed test: a type error, a file that does not load, a time-out.
const others = failedParts.filter(
  (part) => !rings.some(({ name, numFailedTests }) => name === part && numFailedTests > 0),
);
for (const part of failedParts) process.stdout.write(`failed: ${part}\n`);

const failed = sum('numFailedTests') + others.length;
process.stdout.write(`${sum('numPassedTests')} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;
