import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makePlan } from '../../../src/engine/planner.ts';
import { cluster, filePhase, mintPhase, runPhases, three, uses } from '../../support/fake-phases.ts';
import { fakeWorld } from '../../support/fake-world.ts';

const keys = three.map(({ key }) => key);
const [hostA] = three;
if (!hostA) throw new Error('no hosts');
const PATHS = ['/one', '/two', '/three', '/config'];

const phases = [
  mintPhase('ca', hostA),
  filePhase('one', { undo: true }),
  filePhase('two', { lane: () => 'lane' }),
  filePhase('config', { content: uses('ca') }),
  filePhase('three', { hosts: three.slice(1) }),
];
const steps = phases.map((phase) => ({ phase, barrier: phase.id === 'three' }));
const anyFiles = fc.dictionary(fc.constantFrom(...PATHS), fc.constantFrom('one', 'two', 'old', ''));

it('needs no further change after a run, from any start, also when a first run died anywhere', async () => {
  await fc.assert(
    fc.asyncProperty(fc.tuple(anyFiles, anyFiles, anyFiles), fc.nat(14), async (files, diesAt) => {
      const world = fakeWorld(keys);
      for (const [index, key] of keys.entries())
        for (const [path, content] of Object.entries(files[index] ?? {}))
          world.hosts.get(key)?.files.set(path, content);
      const outcomes: Record<string, string> = {};
      let left = diesAt;
      const dying = {
        ...world,
        run: async (...args: Parameters<typeof world.run>) => {
          // A killed edgectl does nothing more: neither this change nor any undo.
          if (left-- <= 0) return new Promise<never>(() => {});
          const made = await world.run(...args);
          Object.assign(outcomes, made);
          return made;
        },
      };
      const killed = runPhases(dying, phases, { barriers: ['three'] });
      await Promise.race([killed, new Promise((resolve) => setTimeout(resolve, 2))]);

      const known = { outcomes: { ...outcomes } };
      const { done } = await runPhases(world, phases, { barriers: ['three'], known });
      expect([...done.failed.values()]).toEqual([]);
      const at = {
        cluster,
        known: done.known,
        hosts: three,
        run: 'r',
        nameOf: ({ key }: { key: string }) => key,
      };
      expect(await makePlan(steps, at, world)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
