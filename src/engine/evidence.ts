import type { Cluster, Host } from '../spec/cluster.ts';
import { askGroups } from './ask.ts';
import type { Decision } from './decision.ts';
import type { DecisionFacts, Facts, PairProbe } from './fact.ts';
import type { World } from './world.ts';

type Asking = Decision<unknown, DecisionFacts, never>;
/** What one host answered, or is asked, for one decision. */
type Group = Readonly<Record<string, unknown>>;

/** Whom the decisions ask, and what they know before they are made. */
export interface AskingAt<K> {
  readonly cluster: Cluster;
  readonly hosts: readonly Host[];
  readonly known: Partial<K>;
  readonly run: string;
}

/** What a decision kept, as it is handed over. */
export const keptFor = (kept: Readonly<Record<string, unknown>>, { gives }: Asking): { kept?: never } =>
  kept[gives] === undefined ? {} : { kept: kept[gives] as never };

const isPair = (question: unknown): question is PairProbe<unknown> => 'listen' in (question as object);

const without = (group: DecisionFacts): Facts =>
  Object.fromEntries(Object.entries(group).filter(([, question]) => !isPair(question))) as Facts;

/** A question about pairs: of which host, for which decision, under which name. */
interface PairAsk {
  readonly host: Host;
  readonly index: number;
  readonly name: string;
  readonly probe: PairProbe<unknown>;
}

const askPairs = async (
  asks: readonly PairAsk[],
  run: string,
  world: Pick<World, 'meet'>,
): Promise<readonly (PairAsk & { readonly answer: unknown })[]> => {
  const parties = asks.map(({ host, probe }) => ({ host, listen: probe.listen(run), dial: probe.ask(run) }));
  const outputs = parties.length === 0 ? [] : await world.meet(parties);
  return asks.map((ask, at) => ({ ...ask, answer: ask.probe.parse(outputs[at] ?? '') }));
};

/**
 * What every host answers to every decision's questions, by decision and host key; and the hosts that could not be asked. One
 * batch goes to each host; then those that answered are asked about each other, together.
 */
export const gatherEvidence = async <K>(
  decisions: readonly Asking[],
  at: AskingAt<K>,
  kept: Readonly<Record<string, unknown>>,
  world: Pick<World, 'ask' | 'meet'>,
): Promise<{
  readonly factsByHost: readonly Readonly<Record<string, Group>>[];
  readonly silent: ReadonlyMap<string, Error>;
}> => {
  const { cluster, known, hosts, run } = at;
  const silent = new Map<string, Error>();
  const asked = await Promise.all(
    hosts.map(async (host) => {
      const groups = decisions.map((decision) =>
        decision.questions
          ? decision.questions({ cluster, host, hosts, known: known as never, ...keptFor(kept, decision) })
          : decision.facts,
      );
      try {
        const asks = groups.map((group) => without((group ?? {}) as DecisionFacts));
        return [{ host, groups, answers: await askGroups(world, host, run, asks) }];
      } catch (error) {
        silent.set(host.key, error as Error);
        return [];
      }
    }),
  );
  const answering = asked.flat();
  const pairs = await askPairs(
    answering.flatMap(({ host, groups }) =>
      groups.flatMap((group, index) =>
        Object.entries(group ?? {}).flatMap(([name, probe]) =>
          isPair(probe) ? [{ host, index, name, probe }] : [],
        ),
      ),
    ),
    run,
    world,
  );
  const metBy = (host: Host, index: number): Group =>
    Object.fromEntries(
      pairs.flatMap((pair) =>
        pair.host.key === host.key && pair.index === index ? [[pair.name, pair.answer]] : [],
      ),
    );
  const factsByHost = decisions.map((_, index) =>
    Object.fromEntries(
      answering.flatMap(({ host, groups, answers }): [string, Group][] =>
        groups[index] ? [[host.key, { ...answers[index], ...metBy(host, index) }]] : [],
      ),
    ),
  );
  return { factsByHost, silent };
};
