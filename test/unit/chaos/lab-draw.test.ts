import { expect, it } from 'vitest';
import { drawWalk, LEAST } from '../../chaos/lab/draw.ts';

const SEEDS = Array.from({ length: 500 }, (_, index) => index + 1);

it('draws the same walk in the lab again from the same seed, and others from others', () => {
  expect(drawWalk(4711)).toEqual(drawWalk(4711));
  expect(new Set(SEEDS.map((seed) => JSON.stringify(drawWalk(seed)))).size).toBe(SEEDS.length);
});

it('draws at least six faults, each in a verb and on a node that the walk has', () => {
  const kinds = new Set<string>();
  const verbs = new Set<string>();
  for (const seed of SEEDS) {
    const drawn = drawWalk(seed);
    expect(drawn.faults.length).toBeGreaterThanOrEqual(LEAST);
    for (const { verb, node, kind } of drawn.faults) {
      expect(drawn.verbs[verb]).toBeDefined();
      expect(node).toMatch(/^(control|board-[1-3])$/);
      expect(['control', ...drawn.shape.boards]).toContain(node);
      kinds.add(kind);
    }
    for (const verb of drawn.verbs) verbs.add(verb);
  }
  expect([...kinds].sort()).toEqual(['cable', 'corrupt', 'full', 'kill', 'power', 'sshd']);
  expect([...verbs].sort()).toEqual(['bundle push', 'host add', 'host remove', 'init']);
});

it('draws reboots and wrong clocks for an emulated board, beside all the rest', () => {
  const kinds = new Set<string>();
  for (const seed of SEEDS) {
    const drawn = drawWalk(seed, 'emulated');
    expect(drawn.faults.length).toBeGreaterThanOrEqual(LEAST);
    for (const { kind, node } of drawn.faults) {
      if (kind === 'reboot' || kind === 'clock') expect(node).toBe('arm-1');
      kinds.add(kind);
    }
  }
  expect([...kinds].sort()).toEqual(['cable', 'clock', 'corrupt', 'full', 'kill', 'power', 'reboot', 'sshd']);
});
