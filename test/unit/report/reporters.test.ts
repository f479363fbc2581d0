import { expect, it } from 'vitest';
import { jsonText, ndjson } from '../../../src/report/json.ts';
import { lines } from '../../../src/report/lines.ts';
import { paint } from '../../../src/report/paint.ts';
import type { Out, Reporter } from '../../../src/report/reporter.ts';
import { aRun } from './a-run.ts';

const written = async (make: (out: Out) => Reporter, events = aRun): Promise<string> => {
  let text = '';
  const reporter = make({ write: (more) => (text += more) });
  for (const event of events) reporter.tell(event);
  await reporter.end();
  return text;
};

it('lines: a line for what happens, progress by quarters, the trivial ends left out', async () => {
  expect(await written((out) => lines(out, paint(false)))).toBe(`\
init demo: run r1 by ann@control, edgectl 0.1.0
board-2: connected in 120 ms
board-10: connected in 2.1 s
warning: board-2: eMMC is slow
  hint: use NVMe
Elect the masters
  board-2: master: 8 GiB
plan: 3 changes, sha256:ab
control: locked
board-2: locked, taken over from ann@control, run r0
board-2: fetch k3s
board-2: fetch k3s: 27 % of 110.0 MB
board-2: fetch k3s: 100 % of 110.0 MB
board-2: fetch k3s: done in 12.4 s
board-2: start k3s-agent.service
board-2: wait until node board-2 is Ready
board-2: node board-2 is Ready after 4.0 s
board-2: wait until its pods run
board-2: not waiting until its pods run
board-10: fetch k3s
board-10: fetch k3s: failed
board-10: fetch k3s: undone
error: board-10: 12 MB are free in /var/lib/edgectl, 110 MB are needed
  hint: free some space there
`);
});

it('lines: colours only where they are wanted', async () => {
  expect(await written((out) => lines(out, paint(true)))).toContain(
    '\u001B[31merror:\u001B[39m board-10: 12 MB',
  );
  expect(await written((out) => lines(out, paint(false)))).not.toContain('\u001B');
});

it('ndjson: every event as it is, progress too', async () => {
  const text = await written(ndjson);
  expect(text.endsWith('\n')).toBe(true);
  expect(
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(aRun);
});

it('json: a document as it stands on stdout', () => {
  expect(jsonText({ changes: 0, hosts: [] })).toBe('{\n  "changes": 0,\n  "hosts": []\n}\n');
});
