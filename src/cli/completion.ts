import type { Command } from 'commander';
import { bashScript } from './completion-bash.ts';
import { fishScript } from './completion-fish.ts';
import { completedCommands } from './completion-tree.ts';
import { zshScript } from './completion-zsh.ts';

/** The script that makes a shell complete the commands, options and choices of a program. */
export const completion = (program: Command, shell: 'bash' | 'zsh' | 'fish'): string => {
  const write = { bash: bashScript, zsh: zshScript, fish: fishScript }[shell];
  return write(program.name(), completedCommands(program));
};
