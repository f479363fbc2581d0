import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bySpeed, ringOf, speedsOf } from '../../../src/adapters/chain/speed.ts';

const keys = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { maxLength: 12 });
/** Hosts, and what is known of the speed of some. */
const known = keys.chain((hosts) =>
  fc.record({
    hosts: fc.constant(hosts),
    speeds: fc
      .array(fc.option(fc.integer({ min: 1, max: 1000 })), {
        minLength: hosts.length,
        maxLength: hosts.length,
      })
      .map(
        (found) =>
          new Map(hosts.flatMap((host, place) => (found[place] ? [[host, found[place]] as const] : []))),
      ),
  }),
);

describe('the order of a chain', () => {
  it('holds every host once', () => {
    fc.assert(
      fc.property(known, ({ hosts, speeds }) => {
        expect([...bySpeed(hosts, speeds)].sort()).toEqual([...hosts].sort());
      }),
    );
  });

  it('puts nobody behind a link that is less than half as fast, or of which nothing is known', () => {
    fc.assert(
      fc.property(known, ({ hosts, speeds }) => {
        const order = bySpeed(hosts, speeds);
        order.forEach((host, place) => {
          const own = speeds.get(host);
          if (own === undefined) return;
          for (const before of order.slice(0, place))
            expect((speeds.get(before) ?? 0) * 2).toBeGreaterThanOrEqual(own);
        });
      }),
    );
  });

  it('leaves alone what is about as fast', () => {
    fc.assert(
      fc.property(keys, fc.array(fc.integer({ min: 50, max: 100 })), (hosts, found) => {
        const speeds = new Map(hosts.map((host, place) => [host, found[place % found.length] ?? 70]));
        expect(bySpeed(hosts, speeds)).toEqual(hosts);
      }),
    );
  });

  it('puts the slow ones at the end, the slowest last', () => {
    const speeds = new Map([
      ['a', 12e6],
      ['b', 0.4e6],
      ['c', 11e6],
      ['d', 1.2e6],
      ['f', 12e6],
    ]);
    expect(bySpeed(['a', 'b', 'c', 'd', 'e', 'f'], speeds)).toEqual(['a', 'c', 'f', 'd', 'b', 'e']);
  });
});

describe('a ring of measurements', () => {
  it('has everybody measure the next one and be measured by the one before', () => {
    fc.assert(
      fc.property(keys, (hosts) => {
        const ring = ringOf(hosts);
        if (hosts.length < 2) expect(ring).toEqual([]);
        else {
          expect(ring.map(({ next }) => next).sort()).toEqual([...hosts].sort());
          for (const { key, next } of ring) expect(ring.find((one) => one.key === next)?.before).toBe(key);
        }
      }),
    );
  });

  it('does not let one slow link, or a dead host, make its neighbours look slow', () => {
    const hosts = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const speeds = speedsOf(
      ringOf(hosts).map(({ key, next }) => ({
        from: key,
        to: next,
        rate: [key, next].includes('f') ? 0 : [key, next].includes('c') ? 1 : 10,
      })),
    );
    expect(bySpeed(hosts, speeds)).toEqual(['a', 'b', 'd', 'e', 'g', 'c', 'f']);
  });
});
