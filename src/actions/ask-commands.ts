import { type Command, cmd } from '../engine/command.ts';
import type { Programs } from '../ports/programs.ts';
import type { Line, Shell } from '../ports/shell.ts';
import { archOf } from '../support/arch.ts';

const ARCHITECTURE = cmd('uname', '-m');

/**
 * What the commands print, in their order. Those that want edgectl's own program are asked behind the others, among which the
 * host tells its architecture; where there is no program for it they get nothing on their stdin.
 */
export const askCommands = async (
  shell: Shell,
  commands: readonly Command[],
  { line, programs }: { readonly line: (command: Command) => Line; readonly programs: Programs },
): Promise<readonly string[]> => {
  const lent = commands.filter(({ program }) => program !== undefined);
  const plain = commands.filter(({ program }) => program === undefined);
  const first = [...plain, ...(lent.length > 0 ? [ARCHITECTURE] : [])];
  const told = first.length === 0 ? [] : await shell.ask(first.map(line));
  const outputs = new Map(first.map((command, index) => [command, told[index]?.stdout ?? '']));
  if (lent.length > 0) {
    const arch = archOf((outputs.get(ARCHITECTURE) ?? '').trim());
    const bytes = arch && (await programs.packed(arch));
    const later = await shell.ask(lent.map((command) => ({ ...line(command), ...(bytes ? { bytes } : {}) })));
    for (const [index, command] of lent.entries()) outputs.set(command, later[index]?.stdout ?? '');
  }
  return commands.map((command) => outputs.get(command) ?? '');
};
