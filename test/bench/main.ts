import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { bundle } from './bundle/bundle.ts';
import { fanout } from './fanout/fanout.ts';
import { type Figure, type Found, rowOf } from './figure.ts';
import { init } from './init/init.ts';
import { say, where } from './machine.ts';
import { noop } from './noop.ts';
import { writeDown } from './page.ts';
import { sessions } from './sessions/sessions.ts';
import { start } from './start.ts';
import { table } from './table.ts';

type Bench = (rounds: number) => Promise<Found>;

const plain =
  (of: (rounds: number) => Promise<readonly Figure[]>): Bench =>
  async (rounds) => ({ figures: await of(rounds), notes: [] });

const cases: Readonly<Record<string, Bench>> = {
  start: plain(start),
  sessions: plain(sessions),
  noop: plain(noop),
  init: plain(init),
  fanout,
  bundle: plain(bundle),
};

const USUAL = 5;
// Fewer rounds are a try: they say too little to be written down.
const ENOUGH = 3;

const count = (text: string): number => {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('wanted a whole number above 0.');
  return Number(text);
};

const bench = async (names: readonly string[], options: { rounds: number; output: 'text' | 'json' }) => {
  const figures: Figure[] = [];
  for (const name of names.length > 0 ? names : Object.keys(cases)) {
    const at = await where();
    say(`${name}: ${at}`);
    const found = (await cases[name]?.(options.rounds)) ?? { figures: [], notes: [] };
    figures.push(...found.figures);
    for (const note of found.notes) say(`${name}: ${note}`);
    if (options.rounds >= ENOUGH) writeDown(name, at, found);
    else say(`${name}: fewer than ${ENOUGH} rounds, so docs/performance.md stays as it is`);
  }
  const rows = figures.map(rowOf);
  process.stdout.write(
    `${options.output === 'json' ? JSON.stringify(rows, undefined, 2) : table(figures).join('\n')}\n`,
  );
};

await new Command('bench')
  .description(
    'Measures edgectl against the wire, its peers and its limits; docs/performance.md has the last figures.',
  )
  .addArgument(new Argument('[case...]', 'what to measure (default: everything)').choices(Object.keys(cases)))
  .addOption(new Option('--rounds <n>', 'how often').default(USUAL).argParser(count))
  .addOption(new Option('--output <form>', 'form of the result').choices(['text', 'json']).default('text'))
  .action(bench)
  .parseAsync();
