import type { Host } from '../spec/cluster.ts';
import { type Answers, type Ask, asksOf, type Facts, type Question } from './fact.ts';
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
  const different = new Map<string, Ask>();
  const answerOf = new Map<Question, string>();
  for (const question of groups.flatMap((facts) => Object.values(facts)))
    for (const ask of asksOf(question, run)) {
      const key = JSON.stringify(ask);
      different.set(key, ask);
      // The last one's answer is the one to parse.
      answerOf.set(question, key);
    }
  const outputs = await world.ask(host, [...different.values()]);
  const answers = new Map([...different.keys()].map((key, index) => [key, outputs[index] ?? '']));
  const read = (question: Question): unknown =>
    question.parse(answers.get(answerOf.get(question) ?? '') ?? '');
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
