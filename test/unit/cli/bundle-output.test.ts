import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { blobPath } from '../../../src/adapters/bundle/bundle-folder.ts';
import { bundleYard, sha } from '../../support/small-bundle.ts';

const yard = bundleYard();
afterAll(() => yard.remove());
beforeAll(async () => {
  await yard.make('whole');
  await yard.make('damaged');
  for (const content of ['a model', 'images amd64'])
    writeFileSync(blobPath(yard.at('damaged'), `sha256:${sha(content)}`), content.toUpperCase());
});

const verify = (name: string, output: string) => {
  const words = ['bundle', 'verify', yard.at(name), '--trust', yard.publicKey, '--output', output];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'src/cli/main.ts', ...words],
    { cwd: fileURLToPath(new URL('../../../', import.meta.url)), encoding: 'utf8' },
  );
  return { status, stdout, stderr };
};

it('the faults of a bundle are a document for programs, and lines for people', () => {
  const { status, stdout, stderr } = verify('damaged', 'json');
  expect(status).toBe(2);
  const { problems } = JSON.parse(stdout) as { problems: readonly { code: string; message: string }[] };
  expect(problems.map(({ code }) => code)).toEqual(['BUNDLE_INVALID', 'BUNDLE_INVALID']);
  expect(problems[1]?.message).toContain('the blob of model.onnx');
  for (const { message } of problems) expect(stderr).toContain(message);
}, 60_000);

it('with ndjson every line is JSON: progress, and the result or the problems last', () => {
  const lines = (name: string) =>
    verify(name, 'ndjson')
      .stdout.trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  const whole = lines('whole');
  expect(whole[0]).toMatchObject({ type: 'progress', step: 'verify', total: 57, rate: expect.any(Number) });
  expect(whole.at(-1)).toMatchObject({ name: 'site', signer: '--trust 1', blobs: 5 });
  expect(lines('damaged').at(-1)).toMatchObject({ problems: [{ code: 'BUNDLE_INVALID' }, {}] });
}, 60_000);
