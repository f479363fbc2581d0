import type { Host } from '../spec/cluster.ts';
import { type Answers, asksOf, type Facts } from './fact.ts';
import type { World } from './world.ts';

/** Asks several groups of questions of one host in a single batch, and reads each answer. */
export const askGroups = async <F extends Facts>(
  world: Pick<World, 'ask'>,
  host: Host,
  run: string,
  groups: readonly F[],
): Promise<readonly Answers<F>[]> => {
  const asks = groups.map((facts) => Object.values(facts).map((question) => asksOf(question, run)));
  const outputs = await world.ask(host, asks.flat(2));
  let next = 0;
  return groups.map((facts) => {
    const entries = Object.entries(facts).map(([name, question]) => {
      next += asksOf(question, run).length;
      return [name, question.parse(outputs[next - 1] ?? '')] as const;
    });
    return Object.fromEntries(entries) as Answers<F>;
  });
};

/** Asks one group of questions of one host. */
export const askFacts = async <F extends Facts>(
  world: Pick<World, 'ask'>,
  host: Host,
  run: string,
  facts: F,
): Promise<Answers<F>> => {
  const [answers] = await askGroups(world, host, run, [facts]);
  return answers as Answers<F>;
};
