import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Change, type File, secretsOfRun, showChange } from '../../../src/engine/change.ts';
import { asRoot, cmd, now, quoteAll, script, secret, show, text } from '../../../src/engine/command.ts';

const word = fc
  .string({ unit: 'binary', maxLength: 30 })
  .filter((one) => !one.includes('\0') && one.isWellFormed());

describe('quoting', () => {
  it('quotes each word once', () => {
    expect(show(asRoot(cmd('echo', "it's", 'a b', '$HOME')))).toBe(
      String.raw`sudo echo 'it'\''s' 'a b' '$HOME'`,
    );
  });

  it('gives a real shell back any words without NUL', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
        const line = quoteAll(['printf', String.raw`%s\0`, ...words]);
        const back = execFileSync('sh', ['-c', line], { encoding: 'utf8' }).split('\0').slice(0, -1);
        expect(back).toEqual(words);
      }),
      { numRuns: 60 },
    );
  });

  it('passes arguments to a script as words', () => {
    const { parts } = script('printf %s "$2"', 'a', '$(id) `id`');
    expect(execFileSync(parts[0] ?? '', parts.slice(1), { encoding: 'utf8' })).toBe('$(id) `id`');
  });
});

describe('secrets', () => {
  it('print as their names, everywhere', () => {
    const file: File = { path: '/etc/k3s', mode: '0600', content: text`token: ${secret('agent-token')}\n` };
    const changes: readonly Change[] = [
      { says: 'write', run: { file } },
      { says: 'run', run: { command: { ...cmd('k3s'), stdin: text`${secret('agent-token')} at ${now}` } } },
    ];
    expect(changes.flatMap(showChange).join('\n')).toBe(
      "write\n  > 0600 /etc/k3s\n  | token: ‹agent-token›\nrun\n  $ k3s <<< '‹agent-token› at ‹now›'",
    );
    expect(changes.flatMap(({ run }) => secretsOfRun(run))).toEqual(['agent-token', 'agent-token']);
  });

  it('have no type in argv, nor in a file that others may read', () => {
    // @ts-expect-error parts are plain words
    cmd('k3s', '--token', secret('agent-token'));
    // @ts-expect-error only mode 0600 takes secrets
    const open: File = { path: '/etc/token', mode: '0644', content: [secret('agent-token')] };
    expect(open.mode).toBe('0644');
  });
});
