import { randomBytes } from 'node:crypto';
import type { Line, Output } from '../../ports/shell.ts';
import { Problem } from '../../support/problem.ts';
import { batchScript, NO_PRINTF, readBatch } from './batch.ts';
import type { Start } from './program.ts';
import { GRACE_MS } from './run-line.ts';
import type { Privilege } from './sudo.ts';

/**
 * Asks all questions of one privilege in one go. A question that takes its shell down with it has no answer, code 137;
 * those behind it are asked again.
 */
export const askLines = async (
  start: Start,
  lines: readonly Line[],
  privilege: Privilege,
  host: string,
): Promise<readonly Output[]> => {
  if (lines.length === 0) return [];
  const mark = `edgectl-${randomBytes(16).toString('hex')}`;
  const { stdout, stderr, code } = await start({
    argv: [...privilege.prefix, 'sh'],
    stdin: Buffer.concat([privilege.stdin, Buffer.from(batchScript(lines, mark))]),
    says: lines.length === 1 ? '1 question' : `${lines.length} questions`,
    withinMs: lines.reduce((sum, { withinMs }) => sum + withinMs, GRACE_MS),
  });
  const answers = readBatch(stdout, stderr, mark);
  if (answers === undefined) {
    const why =
      code === NO_PRINTF ? 'it has no builtin printf' : stderr.toString().trim() || `status ${code}`;
    throw new Problem('COMMAND_FAILED', `the host's sh is not usable: ${why.slice(0, 200)}`, { host });
  }
  if (answers.length >= lines.length) return answers;
  const lost = { stdout: '', stderr: '', code: 137 };
  return [...answers, lost, ...(await askLines(start, lines.slice(answers.length + 1), privilege, host))];
};
