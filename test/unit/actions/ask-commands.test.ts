import { expect, it } from 'vitest';
import { askCommands } from '../../../src/actions/ask-commands.ts';
import { type Command, cmd } from '../../../src/engine/command.ts';
import type { Line, Shell } from '../../../src/ports/shell.ts';
import type { Arch } from '../../../src/support/arch.ts';

const probe: Command = { ...cmd('probe'), root: true, program: 'node-helper' };
const line = ({ parts, root = false }: Command): Line => ({ argv: parts, root, withinMs: 1000 });

/** A host that says its architecture, and each question back with the bytes it got; `asked` are the round trips. */
const hostOf = (machine: string) => {
  const asked: Line[][] = [];
  const answerTo = ({ argv, bytes }: Line): string =>
    argv[0] === 'uname' ? `${machine}\n` : `${argv.join(' ')}${bytes ? ` < ${Buffer.from(bytes)}` : ''}`;
  const shell = {
    ask: async (lines: Line[]) => {
      asked.push(lines);
      return lines.map((one) => ({ stdout: answerTo(one), stderr: '', code: 0 }));
    },
  } as unknown as Shell;
  return { asked, shell };
};
const programs = {
  packed: async (arch: Arch) => (arch === 'arm64' ? Buffer.from(`helper ${arch}`) : undefined),
};

it('brings the program of the host’s architecture, and answers in order', async () => {
  const { asked, shell } = hostOf('aarch64');
  const answers = await askCommands(shell, [probe, cmd('id')], { line, programs });
  expect(answers).toEqual(['probe < helper arm64', 'id']);
  expect(asked).toHaveLength(2);
});

it.each(['x86_64', 'armv7l', ''])('asks without a program where there is none for %j', async (machine) => {
  const { shell } = hostOf(machine);
  expect(await askCommands(shell, [cmd('id'), probe], { line, programs })).toEqual(['id', 'probe']);
});

it('asks a host nothing more where no question wants a program', async () => {
  const { asked, shell } = hostOf('aarch64');
  expect(await askCommands(shell, [cmd('id')], { line, programs })).toEqual(['id']);
  expect(asked.map((lines) => lines.map(({ argv }) => argv))).toEqual([[['id']]]);
});
