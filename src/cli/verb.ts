import { resolve } from 'node:path';
import { newRunId, thisHolder } from '../adapters/state/process.ts';
import { journalWriter } from '../adapters/state/state.ts';
import type { Event, Happening } from '../engine/event.ts';
import type { Holder } from '../engine/lock.ts';
import { jsonText, ndjson } from '../report/json.ts';
import { lines } from '../report/lines.ts';
import { live } from '../report/live.ts';
import { paint, wantsColour } from '../report/paint.ts';
import type { Reporter } from '../report/reporter.ts';
import type { Cluster } from '../spec/cluster.ts';
import { type Problem, problemData } from '../support/problem.ts';
import { clusterOfText, readText } from './cluster-file.ts';
import { exitStatus, fail, problemsOf } from './fail.ts';
import type { ClusterOptions, OutputForm } from './options.ts';
import { version } from './package.ts';
import { foldersOf, wire } from './wire.ts';

/** What a verb leaves: words for people, one document for programs, and what went wrong on single hosts. */
export interface VerbResult {
  readonly text: (events: readonly Event[]) => string;
  readonly document: unknown;
  readonly problems: readonly Problem[];
  readonly changes?: number;
}

/** What a verb works with. */
export interface VerbAt {
  readonly start: ReturnType<typeof wire>;
  readonly cluster: Cluster;
  readonly holder: Holder;
  /** Aborted by the first Ctrl-C; the second ends the process at once. */
  readonly stop: AbortSignal;
  readonly reporter: Reporter;
}

const reporterFor = (output: OutputForm): Reporter => {
  if (output === 'ndjson') return ndjson(process.stdout);
  const colours = paint(wantsColour(process.stderr, process.env));
  return output === 'text' && process.stderr.isTTY
    ? live(process.stderr, colours)
    : lines(process.stderr, colours);
};

const onInterrupt = (stop: AbortController): (() => void) => {
  const stopping = () => {
    if (stop.signal.aborted) process.exit(130);
    process.stderr.write('stopping after the running changes; press Ctrl-C again to stop at once\n');
    stop.abort();
  };
  process.on('SIGINT', stopping).on('SIGTERM', stopping);
  return () => process.off('SIGINT', stopping).off('SIGTERM', stopping);
};

/** The cluster with another bundle than its file names; the file says whom to trust all the same. */
const withBundle = (cluster: Cluster, path: string | undefined): Cluster =>
  path === undefined
    ? cluster
    : { ...cluster, bundle: { trust: [], ...cluster.bundle, path: resolve(path) } };

/**
 * Runs a verb on a cluster: reads the file, tells what happens to the reporter and (for verbs that change hosts) the
 * journal, prints the result and sets the exit status. Never throws.
 */
export const runVerb = async (
  verb: string,
  options: ClusterOptions & { readonly text?: string },
  how: { readonly journal: boolean },
  work: (at: VerbAt) => Promise<VerbResult>,
): Promise<void> => {
  const began = Date.now();
  const stop = new AbortController();
  const release = onInterrupt(stop);
  const events: Event[] = [];
  let end: ((ok: boolean, changes: number, failed: number) => Promise<void>) | undefined;
  try {
    const read = clusterOfText(options.text ?? readText(options.file), options.file);
    const { warnings } = read;
    const cluster = withBundle(read.cluster, options.bundle);
    for (const warning of warnings) process.stderr.write(`${warning}\n`);
    const run = newRunId(new Date(began));
    const holder = thisHolder(run, new Date(began));
    const reporter = reporterFor(options.output);
    const journal = how.journal ? journalWriter(foldersOf(cluster).state, run) : undefined;
    const tell = (happening: Happening): void => {
      const event: Event = { at: new Date().toISOString(), ...happening };
      if (event.type !== 'progress') events.push(event);
      journal?.write(event);
      reporter.tell(event);
    };
    end = async (ok, changes, failed) => {
      tell({ type: 'run-finished', ok, changes, failed, ms: Date.now() - began });
      await reporter.end();
      journal?.close();
    };
    tell({
      type: 'run-started',
      run,
      verb,
      cluster: cluster.name,
      operator: holder.operator,
      version: version(),
    });
    const start = wire(cluster, {
      run,
      tell,
      acceptNewHostKeys: options.acceptNewHostKeys ?? false,
      allowUnsigned: options.allowUnsigned ?? false,
      allowDowngrade: options.allowDowngrade ?? false,
      rate: options.rate,
    });
    const result = await work({ start, cluster, holder, stop: stop.signal, reporter });
    await end(result.problems.length === 0, result.changes ?? 0, result.problems.length);
    if (options.output === 'text') process.stdout.write(`${result.text(events)}\n`);
    else if (options.output === 'json') process.stdout.write(jsonText(result.document));
    process.exitCode = exitStatus(result.problems);
  } catch (error) {
    const changes = events.filter(({ type }) => type === 'change-done').length;
    await end?.(false, changes, problemsOf(error).length);
    process.exitCode = fail(error);
    if (options.output === 'json')
      process.stdout.write(jsonText({ problems: problemsOf(error).map(problemData) }));
  } finally {
    release();
  }
};
