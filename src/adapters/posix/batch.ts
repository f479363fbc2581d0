import { quote, quoteAll } from '../../engine/command.ts';
import type { Line, Output } from '../../ports/shell.ts';
import { ENVIRONMENT } from './program.ts';

/**
 * How questions are asked: one behind the other by one shell, which a hanging one holds up; or each in a program of its own,
 * that is ended when its time is over.
 */
export type Manner = 'quick' | 'careful';

// A here-document always ends with a newline and may become a temporary file; the builtin printf does neither, and as
// a builtin it shows in no process list.
const feed = (stdin: string): string =>
  stdin
    .split('\0')
    .map((part) => `printf '%s' ${quote(part)}`)
    .join(String.raw`; printf '\000'; `);

/** A script is read by the shell that is there already: starting another one takes longer than most of them. */
const inPlace = (argv: readonly string[]): string => {
  const [program, option, text, , ...words] = argv;
  return program === 'sh' && option === '-c' && text !== undefined
    ? `(set -- ${quoteAll(words)}; eval ${quote(text)})`
    : `(exec ${quoteAll(argv)})`;
};

const bounded = ({ argv, withinMs }: Line): string =>
  `(exec \${t:+timeout -k 5 ${Math.max(1, Math.ceil(withinMs / 1000))}} ${quoteAll(argv)})`;

const question = (line: Line, manner: Manner): string => {
  const { stdin } = line;
  const command = manner === 'quick' ? inPlace(line.argv) : bounded(line);
  return stdin ? `{ ${feed(stdin)}; } 2>/dev/null | ${command}` : `${command} </dev/null`;
};

/** Exit status of the script when the shell of a host has no builtin printf. */
export const NO_PRINTF = 97;

/**
 * A POSIX shell script that asks all questions one after another, each with its own stdin. Around every answer it
 * prints `mark`, which nobody can guess, on both streams; `readBatch` takes the answers apart again.
 */
export const batchScript = (lines: readonly Line[], mark: string, manner: Manner): string =>
  [
    ENVIRONMENT,
    `case $(type printf) in *builtin*) ;; *) exit ${NO_PRINTF} ;; esac`,
    't=; if command -v timeout >/dev/null 2>&1; then t=1; fi',
    `m() { printf '%s %d\\n' ${mark} "$1"; printf '%s %d\\n' ${mark} "$1" >&2; }`,
    'm 0',
    ...lines.flatMap((line) => [question(line, manner), 'm $?']),
    'exit 0',
    '',
  ].join('\n');

interface Frame {
  readonly body: Buffer;
  readonly code: number;
}

/** The bytes before each mark, with the number after it. What follows the last mark was cut off and is dropped. */
const frames = (bytes: Buffer, mark: string): readonly Frame[] => {
  const found: Frame[] = [];
  for (let from = 0; ; ) {
    const at = bytes.indexOf(mark, from);
    const end = at < 0 ? -1 : bytes.indexOf('\n', at + mark.length);
    if (end < 0) return found;
    const code = Number(bytes.toString('latin1', at + mark.length, end));
    found.push({ body: bytes.subarray(from, at), code });
    from = end + 1;
  }
};

/**
 * The answers in order; fewer than asked when the batch was cut off. `undefined` when it did not even start. What a
 * login script printed before the first mark is dropped.
 */
export const readBatch = (stdout: Buffer, stderr: Buffer, mark: string): readonly Output[] | undefined => {
  const [start, ...answers] = frames(stdout, mark);
  const [, ...complaints] = frames(stderr, mark);
  return start
    ? answers.map(({ body, code }, i) => ({
        stdout: body.toString(),
        stderr: complaints[i]?.body.toString() ?? '',
        code,
      }))
    : undefined;
};
