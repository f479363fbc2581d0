import { describe, expect, it } from 'vitest';
import type { Event } from '../../../src/engine/event.ts';
import { checkText } from '../../../src/report/check.ts';
import { drillText } from '../../../src/report/drill.ts';
import { paint, wantsColour } from '../../../src/report/paint.ts';
import { planDocument, planText } from '../../../src/report/plan.ts';
import { problemText } from '../../../src/report/problem.ts';
import { journalText, runsText } from '../../../src/report/runs.ts';
import { statusText } from '../../../src/report/status.ts';
import { summaryText } from '../../../src/report/summary.ts';
import { aRun, aSettledRun } from './a-run.ts';

const plain = paint(false);

describe('summary', () => {
  const ended = (ok: boolean) => (event: Event) => (event.type === 'run-finished' ? { ...event, ok } : event);

  it('says what failed, the hints and how to go on', () => {
    const problems = aRun.flatMap((event) => (event.type === 'host-failed' ? [event.problem] : []));
    const silent = { code: 'HOST_UNREACHABLE', message: 'nobody answers', host: 'board-3' } as const;
    expect(summaryText(aRun, [...problems, silent], plain)).toBe(`\
failed: 2 problems after 2 changes in 1 min 23 s
  12 MB are free in /var/lib/edgectl, 110 MB are needed
    hint: free some space there
  board-3: nobody answers
run it again to go on; journal: edgectl runs show r1`);
  });

  it('says what changed, or that nothing did', () => {
    expect(summaryText(aRun.map(ended(true)), [], plain)).toBe('done: 2 changes on 1 host in 1 min 23 s');
    expect(summaryText(aSettledRun, [], plain)).toBe('nothing to change: 2 hosts checked in 1.8 s');
  });

  it('a stopped run has no problem', () => {
    expect(summaryText(aSettledRun.map(ended(false)), [], plain)).toBe(`\
stopped after 0 changes in 1.8 s
run it again to go on; journal: edgectl runs show r2`);
  });
});

describe('plan', () => {
  const same = ['fetch k3s', 'start k3s-agent.service'];
  const planned = {
    digest: 'sha256:ab',
    changes: 5,
    phases: [
      {
        phase: 'set-clock',
        title: 'Set the clock',
        hosts: [{ host: 'board-1', changes: ['set the clock'] }],
      },
      {
        phase: 'start-k3s-agent',
        title: 'Start k3s agents',
        hosts: [
          { host: 'board-1', changes: same },
          { host: 'board-2', changes: same },
        ],
      },
    ],
  };

  it('names hosts with the same changes together', () => {
    expect(planText(planned, plain)).toBe(`\
Set the clock
  board-1
    set the clock
Start k3s agents
  board-1, board-2
    fetch k3s
    start k3s-agent.service
5 changes, plan sha256:ab`);
    expect(planText({ digest: 'sha256:cd', changes: 0, phases: [] }, plain)).toBe(
      'no changes, plan sha256:cd',
    );
  });

  it('as a document', () => {
    expect(planDocument(planned)).toEqual({
      digest: 'sha256:ab',
      changes: 5,
      phases: [
        { id: 'set-clock', hosts: [{ host: 'board-1', changes: [{ says: 'set the clock' }] }] },
        {
          id: 'start-k3s-agent',
          hosts: [
            { host: 'board-1', changes: [{ says: 'fetch k3s' }, { says: 'start k3s-agent.service' }] },
            { host: 'board-2', changes: [{ says: 'fetch k3s' }, { says: 'start k3s-agent.service' }] },
          ],
        },
      ],
    });
  });
});

it('problems: all at once, hints below, faults of a file as editors read them', () => {
  const text = problemText(
    [
      {
        code: 'HOST_UNREACHABLE',
        message: 'nobody answers on port 22',
        host: '10.0.0.1',
        hint: 'is it switched on?',
      },
      {
        code: 'CLUSTER_FILE_INVALID',
        message: 'cluster.yaml:3:4 unknown key rols',
        hint: 'did you mean role?',
      },
      { code: 'FLAG_INVALID', message: '--output takes text, json or ndjson' },
      { code: 'HOST_UNREACHABLE', message: '10.0.0.2: nobody answers', host: '10.0.0.2' },
    ],
    plain,
  );
  expect(text).toBe(`\
error: 10.0.0.1: nobody answers on port 22
  hint: is it switched on?
cluster.yaml:3:4 unknown key rols
  hint: did you mean role?
error: --output takes text, json or ndjson
error: 10.0.0.2: nobody answers`);
});

describe('runs', () => {
  const run = { cluster: 'demo', operator: 'ann@control', started: '2026-11-21T22:36:44.123Z' };

  it('as a table', () => {
    expect(
      runsText([
        { ...run, run: 'r2', verb: 'init', state: 'done', changes: 0, problems: [] },
        {
          ...run,
          run: 'r1',
          verb: 'host add',
          state: 'failed',
          changes: 12,
          problems: [{ code: 'NO_SPACE', message: 'no space' }],
        },
      ]),
    ).toBe(`\
RUN  STARTED (UTC)        VERB      BY           CHANGES  STATE
r2   2026-11-21 22:36:44  init      ann@control  0        done
r1   2026-11-21 22:36:44  host add  ann@control  12       failed: 1 problem`);
    expect(runsText([])).toBe('no runs yet');
  });

  it('one journal in full', () => {
    expect(journalText(aSettledRun, plain)).toBe(`\
22:36:44 init demo: run r2 by ann@control, edgectl 0.1.0
22:36:44 board-2: connected in 120 ms
22:36:44 board-10: connected in 130 ms
22:36:44 plan: no changes
22:36:44 done: 0 changes, 0 failed hosts in 1.8 s`);
    expect(journalText(aRun, plain).split('\n').slice(-3)).toEqual([
      '22:36:44 error: board-10: 12 MB are free in /var/lib/edgectl, 110 MB are needed',
      '           hint: free some space there',
      '22:36:44 failed: 2 changes, 1 failed host in 1 min 23 s',
    ]);
  });

  it('a journal without an end says so', () => {
    expect(journalText(aSettledRun.slice(0, 1), plain)).toBe(`\
22:36:44 init demo: run r2 by ann@control, edgectl 0.1.0
no end: interrupted, or still at work`);
  });
});

it('status: verdict, nodes, members, drift', () => {
  const node = { version: 'v1.34.2+k3s1', certDaysLeft: 364, ready: true } as const;
  const member = { voter: true, healthy: true, leader: false };
  const nodes = [
    { ...node, name: 'board-1', address: '10.0.0.11', role: 'master' },
    { name: 'board-2', address: '10.0.0.12', role: 'worker', ready: false, version: '', certDaysLeft: null },
  ] as const;
  const etcd = [
    { ...member, name: 'board-1', leader: true },
    { ...member, name: 'control', healthy: false },
  ];
  expect(
    statusText({ ready: false, nodes, etcd, drift: ['board-2: start k3s-agent.service'] }, plain),
  ).toBe(`\
not ready: 1 of 2 nodes, 1 of 2 etcd members vote

NODE     ROLE    ADDRESS    READY  VERSION       CERTIFICATES
board-1  master  10.0.0.11  yes    v1.34.2+k3s1  364 days
board-2  worker  10.0.0.12  NO     -             -

ETCD     STATE
board-1  voter, leader, healthy
control  voter, not healthy

not as the cluster file says:
  board-2: start k3s-agent.service`);
  expect(statusText({ ready: true, nodes: nodes.slice(0, 1), etcd: [], drift: [] }, plain)).toBe(`\
ready: 1 of 1 nodes, 0 of 0 etcd members vote

NODE     ROLE    ADDRESS    READY  VERSION       CERTIFICATES
board-1  master  10.0.0.11  yes    v1.34.2+k3s1  364 days

as the cluster file says`);
});

it('check: what passed by code, then warnings, then errors with hints', () => {
  const check = { code: 'ARCH', host: 'board-10', severity: 'error', ok: true, message: 'arm64' } as const;
  expect(
    checkText(
      {
        checks: [
          check,
          { ...check, host: 'board-2' },
          { ...check, code: 'MEMORY', ok: false, message: '900 MiB, needs 2048', hint: 'make it a worker' },
          { ...check, code: 'DISK_EMMC', severity: 'warning', ok: false, message: 'its disk is an eMMC' },
        ],
      },
      plain,
    ),
  ).toBe(`\
ok: ARCH: board-2, board-10
warning: DISK_EMMC: board-10: its disk is an eMMC
error: MEMORY: board-10: 900 MiB, needs 2048
  hint: make it a worker
4 checks: 2 ok, 1 warning, 1 error`);
});

it('check: what is waived says why, and is counted apart', () => {
  const check = { code: 'DISK_SD', host: 'board-1', severity: 'error', ok: false } as const;
  expect(
    checkText(
      { checks: [{ ...check, message: 'on an SD card', hint: 'move it', waived: 'a trial' }] },
      plain,
    ),
  ).toBe(`\
waived: DISK_SD: board-1: on an SD card
  reason: a trial
1 check: 0 ok, 1 waived, 0 warnings, 0 errors`);
});

it('colours need a terminal that has them, and nobody who minds', () => {
  expect(wantsColour({ isTTY: true }, {})).toBe(true);
  expect(wantsColour({}, {})).toBe(false);
  expect(wantsColour({ isTTY: true }, { NO_COLOR: '1' })).toBe(false);
  expect(wantsColour({ isTTY: true }, { TERM: 'dumb' })).toBe(false);
});

describe('drill', () => {
  const pulls = [
    {
      host: 'box-b',
      role: 'master',
      led: true,
      secondsWithoutWrite: 4.26,
      failedWrites: 9,
      podsDisturbed: ['default/app-1'],
    },
    {
      host: 'control',
      role: 'witness',
      led: false,
      secondsWithoutWrite: 0.3,
      failedWrites: 0,
      podsDisturbed: [],
    },
  ];

  it('says of each server how long nobody could write, and whether a write was lost', () => {
    expect(drillText({ writes: 400, writesLost: 0, pulls }, plain)).toBe(`\
PULLED   ROLE              WITHOUT A WRITE  FAILED WRITES  PODS DISTURBED
box-b    master, led etcd  4.3 s            9              default/app-1
control  witness           0.3 s            0              -

0 of 400 writes lost`);
    expect(drillText({ writes: 9, writesLost: null, pulls: [] }, plain)).toContain(
      'nobody says how many of 9 writes lost',
    );
  });
});
