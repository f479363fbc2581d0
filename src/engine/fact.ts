import type { Command } from './command.ts';

/** A read from the Kubernetes API, by its path. The answer is the JSON body, '' when no API answered or it is not found. */
export interface KubeRead {
  readonly kube: string;
}

/**
 * A GET to a port on the host's own loopback, or to an address as that host reaches it:
 * `{ http: 'http://127.0.0.1:2381/metrics' }`. The answer is the body, '' on any failure.
 */
export interface HttpRead {
  readonly http: string;
}

/** A question to a host or to the cluster that leaves no trace. A command's answer is its stdout, whatever its exit status. */
export type Ask = Command | KubeRead | HttpRead;

/** A question and a pure reading of its answer. */
export interface Fact<T> {
  readonly name: string;
  readonly ask: Ask;
  /** Total: an answer that it does not know, '' included, is a typed "absent", never a throw. */
  parse(output: string): T;
}

/** A fact that must act to be known. What it makes carries the run id, and its command removes it again. */
export interface Probe<T> {
  readonly name: string;
  ask(run: string): Command;
  /** Removes what a killed run left behind; the next run sends it first. */
  readonly sweep: Command;
  parse(output: string): T;
}

/**
 * A probe of one host with others: `listen` waits for them there, and when it does so on every host, `ask` dials them.
 * What both print, one behind the other, is the answer to parse.
 */
export interface PairProbe<T> {
  readonly name: string;
  /** Says the line `ready` when it listens, and ends with its stdin: nothing is left where edgectl is gone. */
  listen(run: string): Command;
  ask(run: string): Command;
  parse(output: string): T;
}

/** What a phase or decision may ask: a fact, or a probe. */
export type Question<T = unknown> = Fact<T> | Probe<T>;

/** Questions by the short names that the asking phase or decision gives them. */
export type Facts = Readonly<Record<string, Question>>;

/** What a decision may ask beside that: it alone looks at many hosts at once. */
export type DecisionFacts = Readonly<Record<string, Question | PairProbe<unknown>>>;

/** What the answers to `F` say. */
export type Answers<F extends DecisionFacts> = {
  readonly [K in keyof F]: F[K] extends Question<infer T> | PairProbe<infer T> ? T : never;
};

/** The asks behind a question: for a probe its sweep goes first. The last one's answer is the one to parse. */
export const asksOf = (question: Question, run: string): readonly Ask[] =>
  'sweep' in question ? [question.sweep, question.ask(run)] : [question.ask];
