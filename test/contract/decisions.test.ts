import { describe, expect, it } from 'vitest';
import { decisions } from '../../src/decisions/index.ts';
import { preflight } from '../../src/decisions/preflight.ts';
import type { Decision, Evidence } from '../../src/engine/decision.ts';
import type { Facts } from '../../src/engine/fact.ts';
import { nodes } from '../../src/spec/cluster.ts';
import { isProblems } from '../../src/support/problem.ts';
import { caseNames, clusterCase, readCase } from '../support/cases.ts';

interface Given extends Omit<Evidence<object, Facts, object>, 'cluster'> {
  readonly about: string;
  readonly cluster: string;
  /** Settings of the cluster file that differ from the named one. */
  readonly but?: object;
  /** What is decided; or, for a refusal, `problems` with code, message, hint and host. */
  readonly answer: object;
}

// No playbook names the preflight: the verb `check` asks for it by itself.
const all = [...decisions, preflight] as unknown as readonly Decision<object, Facts, object>[];

const refusal = (answer: unknown): unknown =>
  isProblems(answer)
    ? {
        problems: answer.problems.map(({ code, message, host, hint }) => ({
          code,
          message,
          ...(host === undefined ? {} : { host }),
          hint,
        })),
      }
    : answer;

/** What must hold from run to run: the choice, but not the words that explain it. */
const choice = (decided: object): object => {
  if ('said' in decided && 'hosts' in decided) return decided.hosts as object;
  return 'masters' in decided ? (decided.masters as object) : decided;
};

describe.each(all)('decision $id', (decision) => {
  const folder = `decisions/${decision.id}`;

  it('has cases', () => {
    expect(caseNames(folder).length).toBeGreaterThan(0);
  });

  it.each(caseNames(folder))('%s', (name) => {
    const { about, cluster: file, but = {}, answer, ...given } = readCase<Given>(folder, name);
    const cluster = { ...clusterCase(file), ...but };
    const evidence = { ...given, cluster, known: given.known ?? {}, factsByHost: given.factsByHost ?? {} };
    for (const [host, facts] of Object.entries(evidence.factsByHost)) {
      const asked = nodes(cluster).find(({ key }) => key === host);
      expect(asked, host).toBeDefined();
      const at = { ...evidence, host: asked ?? cluster.control, hosts: nodes(cluster) };
      // Some cases hold more than is asked there, to show that it does not matter.
      const questions = Object.keys(decision.questions?.(at) ?? decision.facts);
      expect(Object.keys(facts), host).toEqual(expect.arrayContaining(questions));
      expect(Object.keys(decision.facts), host).toEqual(expect.arrayContaining(Object.keys(facts)));
    }

    const decided = decision.decide(evidence);
    expect(refusal(decided), about).toEqual(answer);
    if (isProblems(decided)) return;
    for (const line of decision.explain?.(decided) ?? []) expect(line).toMatch(/^\S.*\S$/);
    const asked = (key: string) => {
      const host = nodes(cluster).find((node) => node.key === key) ?? cluster.control;
      const at = { ...evidence, kept: decided, host, hosts: nodes(cluster) };
      return Object.keys((decision.questions ? decision.questions(at) : decision.facts) ?? {});
    };
    const factsByHost = Object.fromEntries(
      Object.entries(evidence.factsByHost).map(([key, facts]) => {
        const names = asked(key);
        return [key, Object.fromEntries(Object.entries(facts).filter(([name]) => names.includes(name)))];
      }),
    );
    const again = decision.decide({ ...evidence, factsByHost, kept: decided });
    expect(choice(again), 'a second run decides the same').toEqual(choice(decided));
  });
});

it('has cases for these decisions and no others', () => {
  expect([...caseNames('decisions')].sort()).toEqual(all.map(({ id }) => id).sort());
});
