import { commandArms, inside, valueArms } from './completion-bash.ts';
import type { CompletedCommand, Word } from './completion-tree.ts';

// In a list for `_describe` a colon ends the name.
const described = ({ name, says }: Word): string =>
  `'${name.replaceAll(':', String.raw`\:`)}:${says.replaceAll("'", String.raw`'\''`)}'`;

const arm = ({ path, commands, options, choices }: CompletedCommand): string => {
  const flags = options.flatMap(({ names, says }) => names.map((name) => ({ name, says })));
  const words = [...commands, ...choices.map((name) => ({ name, says: name }))];
  return `'${path}') below=(${words.map(described).join(' ')}); flags=(${flags.map(described).join(' ')}) ;;`;
};

/** The completion script for zsh: to be sourced, or put on \`fpath\` as \`_edgectl\`. */
export const zshScript = (name: string, commands: readonly CompletedCommand[]): string => `\
#compdef ${name}
_${name}() {
  local command='' index
  local -a below flags
  for ((index = 2; index < CURRENT; index++)); do
    case "$command \${words[index]}" in
${inside(commandArms(commands), 6)}
    esac
  done
  case "$command \${words[CURRENT-1]}" in
${inside(
  valueArms(commands, (value) => {
    if (typeof value !== 'string') return `compadd -- ${value.join(' ')}; return`;
    return value === 'path' ? '_files; return' : 'return';
  }),
  4,
)}
  esac
  case "$command" in
${inside(commands.map(arm), 4)}
  esac
  if [[ \${#below} -gt 0 && "\${words[CURRENT]}" != -* ]]; then
    _describe command below
  else
    _describe option flags
  fi
}
if [[ "\${funcstack[1]}" == _${name} ]]; then
  _${name} "$@"
else
  compdef _${name} ${name}
fi
`;
