import { paint, wantsColour } from '../report/paint.ts';
import { problemText } from '../report/problem.ts';
import { asProblem, PROBLEMS, type Problem, problemData } from '../support/problem.ts';

/** The problems behind any thrown value. */
export const problemsOf = (error: unknown): readonly Problem[] =>
  error instanceof AggregateError ? error.errors.flatMap(problemsOf) : [asProblem(error)];

/** The exit status for some problems: a stopped run says so, a bug goes before the rest, else the gravest counts. */
export const exitStatus = (problems: readonly Problem[]): number => {
  const statuses = problems.map(({ code }) => PROBLEMS[code].exit);
  if (statuses.length === 0) return 0;
  return statuses.includes(1) ? 1 : Math.max(...statuses);
};

/** Prints why a verb failed, each problem with its hint; a bug with its stack. Gives the exit status. */
export const fail = (error: unknown): number => {
  const problems = problemsOf(error);
  const colours = paint(wantsColour(process.stderr, process.env));
  process.stderr.write(`${problemText(problems.map(problemData), colours)}\n`);
  for (const { code, cause } of problems)
    if (code === 'BUG' && cause instanceof Error) process.stderr.write(`${cause.stack}\n`);
  return exitStatus(problems);
};
