import type { Change, File } from '../../src/engine/change.ts';
import { cmd } from '../../src/engine/command.ts';
import type { Event, Happening } from '../../src/engine/event.ts';
import { execute, type Job } from '../../src/engine/executor.ts';
import type { Fact, Facts } from '../../src/engine/fact.ts';
import { type Outcomes, outcome } from '../../src/engine/outcome.ts';
import type { Phase } from '../../src/engine/phase.ts';
import { makePlan } from '../../src/engine/planner.ts';
import type { Cluster, Host } from '../../src/spec/cluster.ts';
import type { Problem } from '../../src/support/problem.ts';
import { clusterCase } from './cases.ts';
import type { FakeWorld } from './fake-world.ts';

/** What the phases of these tests know. */
export interface FakeKnown {
  readonly outcomes: Outcomes;
}

export const cluster: Cluster = clusterCase('crossing-17');
const [a, b, c] = cluster.hosts;
if (!a || !b || !c) throw new Error('crossing-17 has fewer than three hosts');
export const three: readonly Host[] = [a, b, c];

/** The content of a file on the fake host, '' when absent. */
const fileFact = (path: string): Fact<string> => ({
  name: 'file',
  ask: cmd('cat', path),
  parse: (text) => text,
});

/** A phase that wants one file on some hosts, with this content. */
export const filePhase = (
  id: string,
  of: {
    readonly hosts?: readonly Host[];
    readonly path?: string;
    readonly content?: (known: FakeKnown) => string;
    readonly undo?: boolean;
    readonly more?: readonly Change[];
  } & Partial<Pick<Phase<Facts, FakeKnown>, 'behind' | 'lane' | 'until'>>,
): Phase<Facts, FakeKnown> => {
  const path = of.path ?? `/${id}`;
  const wanted = (known: FakeKnown) => of.content?.(known) ?? id;
  return {
    id,
    title: id,
    hosts: () => of.hosts ?? three,
    facts: (_cluster, _host, known) => ({
      now: fileFact(path),
      wanted: { ...fileFact(path), name: wanted(known) },
    }),
    *plan({ facts, known }) {
      if (facts['now'] === wanted(known)) return;
      const file: File = { path, mode: '0644', content: [wanted(known)] };
      yield { says: `write ${path}`, run: { file }, ...(of.undo ? { undo: cmd('rm', path) } : {}) };
      yield* of.more ?? [];
    },
    ...(of.behind ? { behind: of.behind } : {}),
    ...(of.lane ? { lane: of.lane } : {}),
    ...(of.until ? { until: of.until } : {}),
  };
};

/** A phase that mints one outcome on one host. */
export const mintPhase = (name: string, host: Host): Phase<Facts, FakeKnown> => ({
  id: `mint-${name}`,
  title: name,
  hosts: () => [host],
  facts: () => ({}),
  *plan({ known }) {
    if (!(name in known.outcomes)) yield { says: `mint ${name}`, run: { mint: { name, kind: 'token' } } };
  },
});

/** The outcome in a file's content. */
export const uses = (name: string) => (known: FakeKnown) => `value ${outcome(known.outcomes, name)}`;

/** Plans and runs phases on the fake world, and gives everything a test looks at. */
export const runPhases = async (
  world: FakeWorld,
  phases: readonly Phase<Facts, FakeKnown>[],
  more: Partial<Job<FakeKnown>> & { readonly barriers?: readonly string[] } = {},
) => {
  const events: Happening[] = [];
  const steps = phases.map((phase) => ({ phase, barrier: more.barriers?.includes(phase.id) ?? false }));
  const known = more.known ?? { outcomes: {} };
  const hosts = more.hosts ?? three;
  const nameOf = ({ key }: Host) => key;
  const announced =
    more.announced ?? (await makePlan(steps, { cluster, known, hosts, run: 'r', nameOf }, world));
  const job = {
    cluster,
    steps,
    known,
    hosts,
    announced,
    run: 'r',
    nameOf,
    onFailure: 'continue' as const,
    stop: new AbortController().signal,
    ...more,
  };
  const done = await execute(job, world, (event) => events.push(event));
  return { done, events: events as Event[], announced };
};

/** A promise that is kept when somebody says so. */
export const gate = (): { readonly opened: Promise<void>; readonly open: () => void } => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
};

/** The codes of the problems of those that failed, by host key. */
export const codes = (failed: ReadonlyMap<string, Problem>): Readonly<Record<string, string>> =>
  Object.fromEntries([...failed].map(([key, { code }]) => [key, code]));
