import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { program } from '../../../src/cli/commands.ts';
import { decisions } from '../../../src/decisions/index.ts';
import { phases } from '../../../src/phases/index.ts';
import { bundlePinsJsonSchema } from '../../../src/spec/bundle-pins.ts';
import { CHECK_SUBJECTS } from '../../../src/spec/checks.ts';
import { clusterJsonSchema } from '../../../src/spec/cluster-schema.ts';
import { readPlaybook } from '../../../src/spec/playbook.ts';
import { isProblems, PROBLEMS } from '../../../src/support/problem.ts';
import { boardCases, boardsPage } from './boards.ts';
import { commentOf, eventTypes } from './code.ts';
import { checksPage, cliPage, eventsPage, phasesPage, problemsPage } from './pages.ts';

// Writes docs/reference/ and docs/boards.md from the code and the fixtures; with --check it only says where the pages differ from what the code says.
const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = `${root}docs/reference/`;

const playbooks = readdirSync(`${root}playbooks`)
  .sort()
  .map((file) => {
    const playbook = readPlaybook(readFileSync(`${root}playbooks/${file}`, 'utf8'), `playbooks/${file}`);
    if (isProblems(playbook)) throw new AggregateError(playbook.problems);
    return playbook;
  });

const described = (room: string, things: readonly { readonly id: string; readonly title: string }[]) =>
  things.map(({ id, title }) => ({ id, title, says: commentOf(`${root}src/${room}/${id}.ts`, id) }));

const pages: Readonly<Record<string, string>> = {
  'checks.md': checksPage(CHECK_SUBJECTS),
  'cli.md': cliPage(program()),
  'bundle-pins-schema.json': `${JSON.stringify(bundlePinsJsonSchema(), undefined, 2)}\n`,
  'cluster-schema.json': `${JSON.stringify(clusterJsonSchema(), undefined, 2)}\n`,
  'events.md': eventsPage(eventTypes(`${root}src/engine/event.ts`)),
  'phases.md': phasesPage({
    playbooks,
    decisions: described('decisions', decisions),
    phases: described('phases', phases),
  }),
  'problems.md': problemsPage(PROBLEMS),
  '../boards.md': boardsPage(boardCases()),
};

mkdirSync(folder, { recursive: true });
const there = readdirSync(folder);
const stale = there.filter((name) => !(name in pages));
const drifted = Object.keys(pages).filter(
  (name) => !existsSync(folder + name) || readFileSync(folder + name, 'utf8') !== pages[name],
);

if (process.argv.includes('--check')) {
  for (const name of [...drifted, ...stale])
    process.stderr.write(`docs/reference/${name} is not what the code says: run \`npm run docs\`\n`);
  if (drifted.length + stale.length > 0) process.exitCode = 1;
} else {
  for (const [name, text] of Object.entries(pages)) writeFileSync(folder + name, text);
  for (const name of stale) rmSync(folder + name);
  process.stdout.write(`docs/reference: ${drifted.length} pages written, ${stale.length} removed\n`);
}
