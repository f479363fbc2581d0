import type { Host } from '../spec/cluster.ts';
import { type Answers, asksOf, type Facts, type Question } from './fact.ts';
import type { World } from './world.ts';

/**
 * Asks several groups of questions of one host in a single batch, and reads each answer. Nothing changes within a batch,
 * so what several phases want to know is asked once.
 */
export const askGroups = async <F extends Facts>(
  world: Pick<World, 'ask'>,
  host: Host,
  run: string,
  groups: readonly F[],
): Promise<readonly Answers<F>[]> => {
  const asks = groups.flatMap((facts) => Object.values(facts).flatMap((question) => asksOf(question, run)));
  const different = new Map(asks.map((ask) => [JSON.stringify(ask), ask]));
  const outputs = await world.ask(host, [...different.values()]);
  const answers = new Map([...different.keys()].map((key, index) => [key, outputs[index] ?? '']));
  const read = (question: Question): unknown =>
    question.parse(answers.get(JSON.stringify(asksOf(question, run).at(-1))) ?? '');
  return groups.map(
    (facts) =>
      Object.fromEntries(
        Object.entries(facts).map(([name, question]) => [name, read(question)]),
      ) as Answers<F>,
  );
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
