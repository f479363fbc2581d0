import { randomBytes } from 'node:crypto';
import type { Line, Output } from '../../ports/shell.ts';
import { Problem } from '../../support/problem.ts';
import { batchScript, type Manner, NO_PRINTF, readBatch } from './batch.ts';
import type { Start } from './program.ts';
import { GRACE_MS, TIMED_OUT } from './run-line.ts';
import type { Privilege } from './sudo.ts';

const QUICK_S = 10;

// The shell that reads its questions from stdin; all of them together have a time.
const QUICK = `if command -v timeout >/dev/null 2>&1; then exec timeout -k 5 ${QUICK_S} sh; fi
exec sh`;

const PROGRAMS = { quick: ['sh', '-c', QUICK], careful: ['sh'] } as const;

/**
 * Asks all questions of one privilege in one go. Where one hangs or takes its shell down, it and those behind it are asked
 * again, each with a time of its own. What takes its shell down even so has no answer, code 137.
 */
export const askLines = async (
  start: Start,
  lines: readonly Line[],
  privilege: Privilege,
  host: string,
  manner: Manner = 'quick',
): Promise<readonly Output[]> => {
  if (lines.length === 0) return [];
  const mark = `edgectl-${randomBytes(16).toString('hex')}`;
  const { stdout, stderr, code } = await start({
    argv: [...privilege.prefix, ...PROGRAMS[manner]],
    stdin: Buffer.concat([privilege.stdin, Buffer.from(batchScript(lines, mark, manner))]),
    says: lines.length === 1 ? '1 question' : `${lines.length} questions`,
    withinMs: lines.reduce((sum, { withinMs }) => sum + withinMs, GRACE_MS),
  });
  const answers = readBatch(stdout, stderr, mark);
  if (answers === undefined && manner === 'quick' && TIMED_OUT.includes(code))
    return askLines(start, lines, privilege, host, 'careful');
  if (answers === undefined) {
    const why =
      code === NO_PRINTF ? 'it has no builtin printf' : stderr.toString().trim() || `status ${code}`;
    throw new Problem('COMMAND_FAILED', `the host's sh is not usable: ${why.slice(0, 200)}`, { host });
  }
  if (answers.length >= lines.length) return answers;
  if (manner === 'quick')
    return [...answers, ...(await askLines(start, lines.slice(answers.length), privilege, host, 'careful'))];
  const lost = { stdout: '', stderr: '', code: 137 };
  return [
    ...answers,
    lost,
    ...(await askLines(start, lines.slice(answers.length + 1), privilege, host, manner)),
  ];
};
