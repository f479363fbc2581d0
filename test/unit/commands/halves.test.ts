import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { HALVES } from '../../../src/commands/halves.ts';
import { isOf } from '../../../src/domain/chain/strays.ts';
import { HALF_ENDINGS, hiddenHalf } from '../../../src/support/half-names.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'edgectl-halves-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const BLOB = `sha256:${'a'.repeat(64)}`;
const HALVES_OF_IT = [
  ...HALF_ENDINGS.map((ending) => `${BLOB}${ending}`),
  `${hiddenHalf(BLOB)}0123456789ab.edgectl-part`,
];

it('the shell removes what the planner takes for half a blob, and nothing else', () => {
  const others = [
    BLOB,
    `sha256:${'b'.repeat(64)}.part`,
    `${BLOB}.parts`,
    `${BLOB} .own`,
    `.${BLOB}`,
    `.${BLOB}0.edgectl-part`,
    hiddenHalf(BLOB).slice(1),
  ];
  for (const name of [...HALVES_OF_IT, ...others]) writeFileSync(join(folder, name), '');
  execFileSync('sh', ['-c', `${HALVES}\nhalves "$1"`, 'sh', join(folder, BLOB)]);
  expect(readdirSync(folder).sort()).toEqual(others.sort());
  expect(HALVES_OF_IT.filter((name) => !isOf(name, BLOB))).toEqual([]);
  expect(others.filter((name) => isOf(name, BLOB))).toEqual([BLOB]);
});
