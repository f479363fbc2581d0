import type { Command } from 'commander';

/** A word that can stand at some place of the command line, with what it means. */
export interface Word {
  readonly name: string;
  readonly says: string;
}

/** An option as shells see it: its names (`-f`, `--file`) and what may follow it. */
export interface CompletedOption {
  readonly names: readonly string[];
  readonly says: string;
  /** `nothing` follows a switch, `text` is the operator's own. */
  readonly value: 'nothing' | 'text' | 'path' | readonly string[];
}

/** One command by its path (`host add`; '' is edgectl itself) and what may stand behind it. */
export interface CompletedCommand {
  readonly path: string;
  readonly says: string;
  readonly commands: readonly Word[];
  readonly options: readonly CompletedOption[];
  /** What its first argument may be, where that is a choice. */
  readonly choices: readonly string[];
}

type CommanderOption = Command['options'][number];

const whatFollows = ({
  argChoices,
  required,
  optional,
  flags,
}: CommanderOption): CompletedOption['value'] => {
  if (argChoices) return argChoices;
  if (!required && !optional) return 'nothing';
  return /[<[](path|file|folder)[>\]]/.test(flags) ? 'path' : 'text';
};

/** Every command of a program, the program itself first. */
export const completedCommands = (command: Command, path = ''): readonly CompletedCommand[] => {
  const help = { names: ['-h', '--help'], says: 'display help for command', value: 'nothing' as const };
  const here: CompletedCommand = {
    path,
    says: command.description(),
    commands: command.commands.map((below) => ({ name: below.name(), says: below.description() })),
    options: [
      ...command.options.map((option) => ({
        names: [option.short, option.long].filter((name) => name !== undefined),
        says: option.description,
        value: whatFollows(option),
      })),
      help,
    ],
    choices: command.registeredArguments[0]?.argChoices ?? [],
  };
  const below = command.commands.flatMap((sub) => completedCommands(sub, `${path} ${sub.name()}`.trim()));
  return [here, ...below];
};
