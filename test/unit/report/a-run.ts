import type { Event, Happening } from '../../../src/engine/event.ts';

const at = '2026-11-21T22:36:44.123Z';
const phase = 'start-k3s-agent';

/** Gives happenings a time. */
export const timed = (happenings: readonly Happening[]): readonly Event[] =>
  happenings.map((happening) => ({ at, ...happening }));

const noSpace = {
  code: 'NO_SPACE',
  message: '12 MB are free in /var/lib/edgectl, 110 MB are needed',
  hint: 'free some space there',
} as const;

/** A run on two hosts, one of which fails. Every type of event occurs. */
export const aRun = timed([
  {
    type: 'run-started',
    run: 'r1',
    verb: 'init',
    cluster: 'demo',
    operator: 'ann@control',
    version: '0.1.0',
  },
  { type: 'host-connected', host: 'board-2', ms: 120 },
  { type: 'host-connected', host: 'board-10', ms: 2100 },
  {
    type: 'warning',
    problem: { code: 'PREFLIGHT_REFUSED', message: 'eMMC is slow', host: 'board-2', hint: 'use NVMe' },
  },
  {
    type: 'decided',
    decision: 'elect-masters',
    title: 'Elect the masters',
    lines: ['board-2: master: 8 GiB'],
  },
  { type: 'decided', decision: 'network', title: 'Choose the network', lines: [] },
  {
    type: 'planned',
    digest: 'sha256:ab',
    changes: 3,
    phases: [
      {
        phase,
        title: 'Start k3s agents',
        hosts: [
          { host: 'board-2', changes: ['fetch k3s', 'start k3s-agent.service'] },
          { host: 'board-10', changes: ['fetch k3s'] },
        ],
      },
    ],
  },
  { type: 'lock-taken', host: 'control' },
  { type: 'lock-taken', host: 'board-2', over: 'ann@control, run r0' },
  { type: 'phase-started', phase, host: 'board-2', title: 'Start k3s agents' },
  { type: 'change-started', phase, host: 'board-2', says: 'fetch k3s' },
  { type: 'progress', phase, host: 'board-2', says: 'fetch k3s', done: 30_000_000, total: 110_000_000 },
  { type: 'link-opened', host: 'board-2', to: 'board-10', cipher: 'TLS_CHACHA20_POLY1305_SHA256' },
  { type: 'progress', phase, host: 'board-2', says: 'fetch k3s', done: 31_000_000, total: 110_000_000 },
  { type: 'progress', phase, host: 'board-2', says: 'fetch k3s', done: 110_000_000, total: 110_000_000 },
  { type: 'change-done', phase, host: 'board-2', says: 'fetch k3s', ms: 12_400 },
  { type: 'change-started', phase, host: 'board-2', says: 'start k3s-agent.service' },
  { type: 'change-done', phase, host: 'board-2', says: 'start k3s-agent.service', ms: 900 },
  { type: 'wait-started', phase, host: 'board-2', says: 'node board-2 is Ready' },
  { type: 'wait-done', phase, host: 'board-2', says: 'node board-2 is Ready', ms: 4000, skipped: false },
  { type: 'wait-started', phase, host: 'board-2', says: 'its pods run' },
  { type: 'wait-done', phase, host: 'board-2', says: 'its pods run', ms: 10, skipped: true },
  { type: 'phase-done', phase, host: 'board-2', changes: 2 },
  { type: 'change-started', phase, host: 'board-10', says: 'fetch k3s' },
  { type: 'change-failed', phase, host: 'board-10', says: 'fetch k3s', problem: noSpace },
  { type: 'change-undone', phase, host: 'board-10', says: 'fetch k3s' },
  { type: 'host-failed', host: 'board-10', problem: noSpace },
  { type: 'run-finished', ok: false, changes: 2, failed: 1, ms: 83_000 },
]);

/** A run that found everything in place. */
export const aSettledRun = timed([
  {
    type: 'run-started',
    run: 'r2',
    verb: 'init',
    cluster: 'demo',
    operator: 'ann@control',
    version: '0.1.0',
  },
  { type: 'host-connected', host: 'board-2', ms: 120 },
  { type: 'host-connected', host: 'board-10', ms: 130 },
  { type: 'planned', digest: 'sha256:cd', changes: 0, phases: [] },
  { type: 'run-finished', ok: true, changes: 0, failed: 0, ms: 1840 },
]);
