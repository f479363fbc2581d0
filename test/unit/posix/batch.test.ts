import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askLines } from '../../../src/adapters/posix/ask-lines.ts';
import { batchScript, type Manner, readBatch } from '../../../src/adapters/posix/batch.ts';
import { AS_LOGIN } from '../../../src/adapters/posix/sudo.ts';
import { quote } from '../../../src/engine/command.ts';
import type { Line } from '../../../src/ports/shell.ts';
import { shells, startWith } from './start-with.ts';

const line = (argv: readonly string[], more: Partial<Line> = {}): Line => ({
  argv,
  root: false,
  withinMs: 20_000,
  ...more,
});
const printable = fc.string({ unit: 'grapheme', maxLength: 40 });
const withoutNul = fc.string({
  unit: fc.constantFrom(...`ab '"\\$\`!*\n\t;&|<>{}%-=~#é›\u0001`),
  maxLength: 12,
});
const withNul = fc.string({ unit: fc.constantFrom(...`ab '"\\$\`!*\n\t%-é\0`), maxLength: 30 });

const ask = (shell: readonly string[], lines: readonly Line[]) =>
  askLines(startWith(shell), lines, AS_LOGIN, 'board-1');

describe.each(shells)('questions through %s', (_name, shell) => {
  it('brings back any output, stdin, argument and status as they are', async () => {
    const question = fc.record({
      stdin: withNul,
      words: fc.array(withoutNul, { maxLength: 4 }),
      error: printable,
      code: fc.integer({ min: 0, max: 123 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(question, { minLength: 1, maxLength: 5 }), async (questions) => {
        const script = 'printf "<%s>" "$@"; cat; printf %s "$ERROR" >&2; exit "$CODE"';
        const own = (error: string, code: number) =>
          `ERROR=${quote(error.replaceAll('\0', ''))}; CODE=${code}; ${script}`;
        const lines = questions.map(({ stdin, words, error, code }, n) =>
          line([...(n % 2 ? ['env'] : []), 'sh', '-c', own(error, code), 'sh', 'x', ...words], { stdin }),
        );
        expect(await ask(shell, lines)).toEqual(
          questions.map(({ stdin, words, error, code }) => ({
            stdout: ['x', ...words].map((word) => `<${word}>`).join('') + stdin,
            stderr: error.replaceAll('\0', ''),
            code,
          })),
        );
      }),
      { numRuns: 15 },
    );
  });

  it('asks on when a question fails, hangs, is missing, is a builtin, or kills its own shell', async () => {
    const answers = await ask(shell, [
      line(['sh', '-c', 'echo one; exit 7']),
      line(['sleep', '30'], { withinMs: 1_000 }),
      line(['no-such-program']),
      line(['sh', '-c', 'kill -KILL $$']),
      line(['exit', '3']),
      line(['sh', '-c', 'kill -KILL "$SHELL_PID"']),
      line(['sh', '-c', 'yes | head -c 3000000']),
      line(['true'], { stdin: 'not read '.repeat(50_000) }),
      line(['echo', 'last']),
    ]);
    const codes = answers.map(({ code }) => code);
    expect(codes.with(1, 124)).toEqual([7, 124, 127, 137, 127, 137, 0, 0, 0]);
    // Busybox's timeout says what the signal says.
    expect([124, 143]).toContain(codes[1]);
    expect(answers.at(6)?.stdout).toHaveLength(3_000_000);
    expect(answers.at(-1)?.stdout).toBe('last\n');
  });

  it('gives every command the same environment and nothing to read', async () => {
    const [answer] = await ask(shell, [line(['sh', '-c', 'echo "$LC_ALL $PATH"; wc -c'])]);
    expect(answer?.stdout).toBe('C /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n0\n');
  });
});

it('says what is wrong when there is no shell to ask', async () => {
  await expect(
    ask(['sh', '-c', 'echo "This account is currently not available." >&2; exit 1'], [line(['true'])]),
  ).rejects.toMatchObject({
    code: 'COMMAND_FAILED',
    message: "the host's sh is not usable: This account is currently not available.",
    host: 'board-1',
  });
});

it('drops what a login script prints before the first answer', () => {
  const bytes = (text: string) => Buffer.from(text);
  expect(
    readBatch(bytes('Welcome!\nMARK 0\nanswerMARK 5\nrest'), bytes('warning\nMARK 0\nMARK 5\n'), 'MARK'),
  ).toEqual([{ stdout: 'answer', stderr: '', code: 5 }]);
  expect(readBatch(bytes('Welcome!\n'), bytes(''), 'MARK')).toBeUndefined();
});

it('puts stdin into the script only, where no process list shows it', () => {
  const script = (manner: Manner) => batchScript([line(['cat'], { stdin: 'a secret' })], 'MARK', manner);
  const secret = (manner: Manner) =>
    script(manner)
      .split('\n')
      .filter((text) => text.includes('a secret'));
  expect(secret('quick')).toEqual([`{ printf '%s' 'a secret'; } 2>/dev/null | (exec cat)`]);
  expect(secret('careful')).toEqual([
    `{ printf '%s' 'a secret'; } 2>/dev/null | (exec \${t:+timeout -k 5 20} cat)`,
  ]);
});
