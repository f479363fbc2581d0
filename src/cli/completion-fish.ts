import type { CompletedCommand, CompletedOption } from './completion-tree.ts';

const quoted = (text: string): string =>
  `'${text.replaceAll('\\', String.raw`\\`).replaceAll("'", String.raw`\'`)}'`;

const SEEN = '__fish_seen_subcommand_from';

/** When the cursor stands behind this command, and in none below it. */
const condition = ({ path, commands }: CompletedCommand): string => {
  const above = path === '' ? [] : path.split(' ').map((name) => `${SEEN} ${name}`);
  const below = commands.length === 0 ? [] : [`not ${SEEN} ${commands.map(({ name }) => name).join(' ')}`];
  return [...above, ...below].join('; and ');
};

const valueWords = (value: CompletedOption['value']): readonly string[] => {
  if (value === 'nothing') return [];
  if (value === 'path') return ['-r', '-F'];
  return value === 'text' ? ['-x'] : ['-x', '-a', quoted(value.join(' '))];
};

const optionLine = (option: CompletedOption): readonly string[] => [
  ...option.names.flatMap((name) => (name.startsWith('--') ? ['-l', name.slice(2)] : ['-s', name.slice(1)])),
  ...valueWords(option.value),
  '-d',
  quoted(option.says),
];

/** The completion script for fish. */
export const fishScript = (name: string, commands: readonly CompletedCommand[]): string => {
  const lines = commands.flatMap((command) => {
    const when = ['-n', quoted(condition(command))];
    return [
      ...command.commands.map((below) => [...when, '-a', below.name, '-d', quoted(below.says)]),
      ...command.choices.map((choice) => [...when, '-a', choice]),
      ...command.options.map((option) => [...when, ...optionLine(option)]),
    ];
  });
  return [
    `complete -c ${name} -f`,
    ...lines.map((words) => `complete -c ${name} ${words.join(' ')}`),
    '',
  ].join('\n');
};
