import type { Command } from 'commander';
import type { Playbook } from '../../../src/spec/playbook.ts';
import type { EventType } from './code.ts';

/** A page with its title and the note that nobody should edit it. */
export const page = (title: string, ...parts: readonly string[]): string =>
  `${[`# ${title}`, '<!-- Made from the code by `npm run docs`; do not edit. -->', ...parts].join('\n\n')}\n`;

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** A table of Markdown. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

const EXITS = [
  ['0', 'Done; for `plan` and `check` also: nothing refuses.'],
  ['1', 'A bug in edgectl.'],
  ['2', "The operator's file or flag."],
  ['3', 'A host.'],
  ['4', 'The cluster.'],
  ['5', 'The cloud.'],
  ['6', 'Locked by another run.'],
  ['7', 'Preflight refused.'],
  ['130', 'Cancelled.'],
] as const;

/** Every problem, with the exit status it gives and what it means. */
export const problemsPage = (
  problems: Readonly<Record<string, { readonly exit: number; readonly means: string }>>,
): string =>
  page(
    'Problems and exit codes',
    'Several problems at once give the gravest exit status; a bug goes before all others.',
    table(['Exit', 'Whose turn it is'], EXITS),
    table(
      ['Code', 'Exit', 'Meaning'],
      Object.entries(problems).map(([code, { exit, means }]) => [`\`${code}\``, `${exit}`, means]),
    ),
  );

/** Every check of a host, with what it means and how to mend what it finds. */
export const checksPage = (
  subjects: readonly {
    readonly title: string;
    readonly checks: Readonly<
      Record<string, { readonly severity: string; readonly means: string; readonly hint: string }>
    >;
  }[],
): string => {
  const all = subjects.flatMap(({ checks }) => Object.values(checks));
  const errors = all.filter(({ severity }) => severity === 'error').length;
  return page(
    'Checks',
    `${all.length} checks of each host: ${errors} that keep it out of the cluster (error) and ${all.length - errors} that only warn. \`edgectl check\` says all of them; \`init\` refuses a new host on which one of severity error fails, before it changes anything. The columns say what holds when a check passes, and how to mend it when it does not; \`check\` is often more exact.`,
    'A check is waived in the cluster file, with a reason: `preflight: { waive: [ { code: DISK_EMMC, host: cam-north, reason: "no NVMe slot" } ] }`. Besides, `SSH` says whether a host answers, and the decisions before the first phase refuse with the codes of [problems](problems.md).',
    ...subjects.map(({ title, checks }) =>
      [
        `## ${title}`,
        table(
          ['Code', 'Severity', 'When it passes', 'When it fails'],
          Object.entries(checks).map(([code, { severity, means, hint }]) => [
            `\`${code}\``,
            severity,
            means,
            hint,
          ]),
        ),
      ].join('\n\n'),
    ),
  );
};

/** Something that a playbook names. */
interface Described {
  readonly id: string;
  readonly title: string;
  readonly says: string;
}

/** The playbooks, and what their steps do. */
export const phasesPage = (of: {
  readonly playbooks: readonly Playbook[];
  readonly decisions: readonly Described[];
  readonly phases: readonly Described[];
}): string =>
  page(
    'Playbooks, decisions and phases',
    'A host walks a playbook by itself. It waits for the others at decisions, at phases marked as a barrier, behind hosts that a phase names, in a lane, and for outcomes it needs.',
    ...of.playbooks.map(({ id, steps }) => {
      const list = steps.map((step) =>
        'decide' in step
          ? `1. decide: ${step.decide}`
          : `1. ${step.phase}${step.barrier ? ' (barrier)' : ''}`,
      );
      return [`## \`playbooks/${id}.yaml\``, list.join('\n')].join('\n\n');
    }),
    '## Decisions',
    table(['Id', 'Title', 'What it does'], of.decisions.map(row)),
    '## Phases',
    table(['Id', 'Title', 'What it does'], of.phases.map(row)),
  );

const row = ({ id, title, says }: Described): readonly string[] => [`\`${id}\``, title, says];

/** What stands in a journal and in `--output ndjson`. */
export const eventsPage = (events: readonly EventType[]): string =>
  page(
    'Events',
    'Each line of `--output ndjson` and of a journal (`runs/<id>.ndjson`) is one event: `at` (ISO 8601, UTC), `type`, and the fields below. `progress` is shown but not kept.',
    table(
      ['Type', 'Fields'],
      events.map(({ type, fields }) => [`\`${type}\``, fields.map((field) => `\`${field}\``).join(', ')]),
    ),
  );

const helpOf = (command: Command): string => {
  let text = '';
  command.configureHelp({ helpWidth: 100 });
  command.configureOutput({
    writeOut: (more) => {
      text += more;
    },
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text.trimEnd();
};

const sections = (command: Command, path: string): readonly string[] => [
  `## \`${path}\``,
  `\`\`\`text\n${helpOf(command)}\n\`\`\``,
  ...command.commands.flatMap((below) => sections(below, `${path} ${below.name()}`)),
];

/** Every command with its help. */
export const cliPage = (program: Command): string =>
  page(
    'Commands',
    'stdout is the result, stderr the progress. Exit codes: [problems.md](problems.md).',
    ...sections(program, program.name()),
  );
