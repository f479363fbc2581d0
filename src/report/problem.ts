import type { ProblemData } from '../engine/event.ts';
import type { Paint } from './paint.ts';
import { indent } from './wording.ts';

/** `board-1: message`, with the host only where there is one and the message does not start with it. */
export const sayProblem = ({ host, message }: ProblemData): string =>
  host === undefined || message.startsWith(`${host}: `) ? message : `${host}: ${message}`;

/** The hint below a problem, moved in; '' when there is none. */
export const sayHint = ({ hint }: ProblemData, { aside }: Paint): string =>
  hint === undefined ? '' : `\n${indent(aside(`hint: ${hint}`))}`;

/**
 * Problems as the operator reads them: `error: host: message`, the hint below. A fault in a file already starts with
 * its `FILE:LINE:COL`, which editors and CI read, so nothing stands before it.
 */
export const problemText = (problems: readonly ProblemData[], colours: Paint): string =>
  problems
    .map((problem) => {
      const label = problem.code === 'CLUSTER_FILE_INVALID' ? '' : `${colours.bad('error:')} `;
      return `${label}${sayProblem(problem)}${sayHint(problem, colours)}`;
    })
    .join('\n');

/** The same for what does not stop the run. */
export const warningText = (problem: ProblemData, colours: Paint): string =>
  `${colours.doubtful('warning:')} ${sayProblem(problem)}${sayHint(problem, colours)}`;
