import { expect, it } from 'vitest';
import { makePlan } from '../../../src/engine/planner.ts';
import { Problem } from '../../../src/support/problem.ts';
import { cluster, filePhase, three } from '../../support/fake-phases.ts';
import { fakeWorld } from '../../support/fake-world.ts';

const at = {
  cluster,
  known: { outcomes: {} },
  hosts: three,
  run: 'r',
  nameOf: ({ key }: { readonly key: string }) => key,
};

it('says every refusal, and not before each host has answered', async () => {
  const world = fakeWorld(three.map(({ key }) => key));
  const answered: string[] = [];
  const slow = {
    ask: async (...[host, asks]: Parameters<typeof world.ask>) => {
      // The last one answers long after the first has been refused.
      if (host.key === three.at(-1)?.key) await new Promise((resolve) => setTimeout(resolve, 20));
      answered.push(host.key);
      return world.ask(host, asks);
    },
  };
  const refusing = (keys: readonly (string | undefined)[]) => ({
    ...filePhase('one', {}),
    // biome-ignore lint/correctness/useYield: it refuses before there is anything to yield
    *plan({ host }: { readonly host: { readonly key: string } }) {
      if (keys.includes(host.key)) throw new Problem('FOREIGN_CLUSTER', host.key);
    },
  });
  const plan = (keys: readonly (string | undefined)[]) =>
    makePlan([{ phase: refusing(keys), barrier: false }], at, slow).then(
      () => [],
      (error: unknown) =>
        (error instanceof AggregateError ? error.errors : [error]).map(({ message }) => message),
    );
  const [first, second, third] = three.map(({ key }) => key);
  expect(await plan([first])).toEqual([first]);
  expect(answered).toEqual([first, second, third]);
  expect(await plan([first, third])).toEqual([first, third]);
  expect(await plan([])).toEqual([]);
});
