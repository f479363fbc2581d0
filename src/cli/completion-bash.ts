import type { CompletedCommand } from './completion-tree.ts';

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

const wordsAfter = ({ commands, options, choices }: CompletedCommand): string =>
  [...commands.map(({ name }) => name), ...choices, ...options.flatMap(({ names }) => names)].join(' ');

const REPLY = {
  text: 'return',
  path: 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return',
} as const;

/** How the command that the cursor stands in is found, a `case` arm each: also for zsh, which reads the same. */
export const commandArms = (commands: readonly CompletedCommand[]): readonly string[] =>
  commands.flatMap(({ path, commands: below }) =>
    below.map(({ name }) => `${quoted(`${path} ${name}`)}) command=${quoted(`${path} ${name}`.trim())} ;;`),
  );

/** A `case` arm for every option that wants a value; `reply` says what the shell offers for it. */
export const valueArms = (
  commands: readonly CompletedCommand[],
  reply: (value: 'text' | 'path' | readonly string[]) => string,
): readonly string[] =>
  commands.flatMap(({ path, options }) =>
    options.flatMap(({ names, value }) =>
      value === 'nothing'
        ? []
        : [`${names.map((name) => quoted(`${path} ${name}`)).join('|')}) ${reply(value)} ;;`],
    ),
  );

/** The lines, each moved in. */
export const inside = (lines: readonly string[], by: number): string =>
  lines.map((line) => ' '.repeat(by) + line).join('\n');

/** The completion script for bash 3.2 and later. */
export const bashScript = (name: string, commands: readonly CompletedCommand[]): string => `\
_${name}() {
  local IFS=$' \\t\\n' command='' words='' index
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "$command \${COMP_WORDS[index]}" in
${inside(commandArms(commands), 6)}
    esac
  done
  IFS=$'\\n'
  case "$command $previous" in
${inside(
  valueArms(commands, (value) =>
    typeof value === 'string'
      ? REPLY[value]
      : `COMPREPLY=($(compgen -W $'${value.join('\\n')}' -- "$current")); return`,
  ),
  4,
)}
  esac
  case "$command" in
${inside(
  commands.map((command) => `${quoted(command.path)}) words=${quoted(wordsAfter(command))} ;;`),
  4,
)}
  esac
  IFS=$' \\t\\n'
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _${name} ${name}
`;
