import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { advance, type BoardLine, boardLine, boardText, isOver } from '../../../src/report/board.ts';
import { live } from '../../../src/report/live.ts';
import { paint } from '../../../src/report/paint.ts';
import { aRun, aSettledRun, timed } from './a-run.ts';

/** A terminal in memory that keeps everything written to it. */
const terminal = (): { readonly stream: NodeJS.WriteStream; readonly text: () => string } => {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  const size = { isTTY: true, columns: 80, rows: 24 };
  return {
    stream: Object.assign(stream, size) as unknown as NodeJS.WriteStream,
    text: () => stripVTControlCharacters(text).replaceAll('\r', '\n'),
  };
};

describe('the live screen', () => {
  it('writes lines until the plan, then draws its phases and keeps what went wrong', async () => {
    const { stream, text } = terminal();
    const reporter = live(stream, paint(false));
    for (const event of aRun) reporter.tell(event);
    await reporter.end();
    const lines = text().split('\n');
    expect(lines).toContain('  board-2: master: 8 GiB');
    expect(lines).toContain('plan: 3 changes, sha256:ab');
    expect(text()).toContain('✖ Start k3s agents  1/2  failed: board-10');
    expect(text()).toContain('error: board-10: 12 MB are free in /var/lib/edgectl, 110 MB are needed');
  });

  it('shows what others write to the terminal meanwhile', async () => {
    const { stream, text } = terminal();
    const reporter = live(stream, paint(false));
    for (const event of aRun.slice(0, 12)) reporter.tell(event);
    await vi.waitFor(() => expect(text()).toContain('Check and wait'), 4000);
    stream.write('stopping after the running changes\n');
    await reporter.end();
    expect(text().trimEnd().split('\n').at(-1)).toBe('› stopping after the running changes');
    stream.write('free again\n');
    expect(text().endsWith('free again\n')).toBe(true);
  });

  it('lets pass what has no words: the library hides the cursor on the terminal itself, past what draws', async () => {
    const { stream, text } = terminal();
    const reporter = live(stream, paint(false));
    for (const event of aRun.slice(0, 12)) reporter.tell(event);
    await vi.waitFor(() => expect(text()).toContain('Check and wait'), 4000);
    const passed: string[] = [];
    const { _write } = stream;
    stream._write = (chunk, encoding, done) => {
      passed.push(String(chunk));
      _write.call(stream, chunk, encoding, done);
    };
    stream.write('\u001B[?25l');
    expect(passed).toEqual(['\u001B[?25l']);
    await reporter.end();
  });

  it('leaves the terminal free for a question', async () => {
    const { stream, text } = terminal();
    const reporter = live(stream, paint(false));
    for (const event of aRun.slice(0, 9)) reporter.tell(event);
    await reporter.pause?.();
    stream.write('Carry this out? ');
    expect(text().endsWith('Carry this out? ')).toBe(true);
    for (const event of aRun.slice(9)) reporter.tell(event);
    await reporter.end();
    expect(text().split('Carry this out? ')[1]).toContain('✖ Start k3s agents  1/2  failed: board-10');
  });

  it('stays text when nothing changes', async () => {
    const { stream, text } = terminal();
    const reporter = live(stream, paint(false));
    for (const event of aSettledRun.slice(0, -1)) reporter.tell(event);
    const wait = { phase: 'await-nodes', host: 'board-2', says: 'node board-2 is Ready' } as const;
    for (const event of timed([
      { type: 'phase-started', phase: 'await-nodes', host: 'board-2', title: 'Wait for the nodes' },
      { type: 'wait-started', ...wait },
      { type: 'wait-done', ...wait, ms: 4000, skipped: false },
    ]))
      reporter.tell(event);
    await reporter.end();
    expect(text().split('\n').filter(Boolean)).toEqual([
      'init demo: run r2 by ann@control, edgectl 0.1.0',
      '1 host connected',
      '2 hosts connected',
      'plan: no changes',
      'board-2: wait until node board-2 is Ready',
    ]);
  });

  it('gives sixty hosts one line a phase', async () => {
    const { stream, text } = terminal();
    const reporter = live(stream, paint(false));
    const hosts = Array.from({ length: 60 }, (_, i) => `board-${i}`);
    const phases = ['one', 'two', 'three'];
    const changes = ['place k3s'];
    const planned = phases.map((phase) => ({
      phase,
      title: `Phase ${phase}`,
      hosts: hosts.map((host) => ({ host, changes })),
    }));
    for (const event of timed([
      { type: 'planned', digest: 'sha256:ab', changes: 180, phases: planned },
      ...phases.flatMap((phase) =>
        hosts.flatMap((host) => [
          { type: 'change-started', phase, host, says: 'place k3s' } as const,
          { type: 'phase-done', phase, host, changes: 1 } as const,
        ]),
      ),
    ]))
      reporter.tell(event);
    await reporter.end();
    const last = text().trimEnd().split('\n').slice(-4);
    expect(last).toEqual([
      '✔ Phase one  60/60',
      '✔ Phase two  60/60',
      '✔ Phase three  60/60',
      '✔ Check and wait',
    ]);
  });
});

describe('a line of the board', () => {
  const after = (events: Parameters<typeof timed>[0]): BoardLine =>
    timed(events).reduce(advance, boardLine('Start k3s agents', ['a', 'b']));

  it('shows what the newest host does, and how many do something else', () => {
    const line = after([
      { type: 'change-started', phase: 'p', host: 'a', says: 'fetch k3s' },
      { type: 'progress', phase: 'p', host: 'a', says: 'fetch k3s', done: 1, total: 3 },
      { type: 'change-started', phase: 'p', host: 'b', says: 'fetch k3s' },
      { type: 'progress', phase: 'p', host: 'a', says: 'fetch k3s', done: 2, total: 3 },
    ]);
    expect(boardText(line)).toBe('Start k3s agents  0/2  a: fetch k3s 66 % (+1)');
    expect(isOver(line)).toBe(false);
  });

  it('is over when every host is through or failed; others do not count', () => {
    const problem = { code: 'NO_SPACE', message: 'no space' } as const;
    const line = after([
      { type: 'phase-done', phase: 'p', host: 'a', changes: 1 },
      { type: 'phase-done', phase: 'p', host: 'elsewhere', changes: 0 },
      { type: 'host-failed', host: 'elsewhere', problem },
      { type: 'host-failed', host: 'a', problem },
      { type: 'host-failed', host: 'b', problem },
    ]);
    expect(boardText(line)).toBe('Start k3s agents  1/2  failed: b');
    expect(isOver(line)).toBe(true);
  });
});
