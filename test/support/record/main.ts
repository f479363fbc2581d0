import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { withSession } from '../../../src/actions/session.ts';
import { newRunId } from '../../../src/adapters/state/process.ts';
import { clusterOfText, readText } from '../../../src/cli/cluster-file.ts';
import { bundledHelpers, packedHelpers } from '../../../src/cli/helpers.ts';
import { wire } from '../../../src/cli/wire.ts';
import { meetingOf } from '../../../src/decisions/preflight/meeting.ts';
import { type Found, facts } from '../../../src/decisions/preflight/questions.ts';
import { asksOf, type Question } from '../../../src/engine/fact.ts';
import { neighbour } from '../../../src/facts/neighbour.ts';
import { reach } from '../../../src/facts/reach.ts';
import { type Host, nodes } from '../../../src/spec/cluster.ts';
import { failuresOf } from '../board-checks.ts';
import { buildEdgectl } from '../build/build.ts';

// Asks a real board what the checks want to know, and keeps its answers as the cases of a board; leaves no trace there.
const USAGE = `npm run record -- -f cluster.yaml --host KEY --board NAME --about 'A sentence.'
  KEY is the host as the cluster file names it; another node of that file is there for the questions about pairs.
`;

interface Told {
  readonly fact: string;
  readonly output: string;
  readonly value: unknown;
}

const write = (path: string, what: unknown): void => {
  const to = fileURLToPath(new URL(`../../../fixtures/${path}.json`, import.meta.url));
  mkdirSync(new URL('.', `file://${to}`), { recursive: true });
  writeFileSync(to, `${JSON.stringify(what, undefined, 2)}\n`);
};

const record = async (file: string, key: string): Promise<{ readonly host: Host; readonly told: Told[] }> => {
  const { cluster } = clusterOfText(readText(file), file);
  const run = newRunId(new Date());
  const none = { acceptNewHostKeys: false, allowUnsigned: true, allowDowngrade: false };
  const start = wire(cluster, { ...none, run, tell: () => {} });
  await buildEdgectl();
  const built = new URL('../../../dist/node-helper/', import.meta.url);
  const ports = { ...start.ports, programs: packedHelpers(bundledHelpers(built)) };
  return withSession({ ...start, ports }, async ({ world, hosts }) => {
    const host = hosts.find((one) => one.key === key);
    if (!host) throw new Error(`no host ${key} answers`);
    const peers = nodes(cluster).filter((node) => hosts.some((one) => one.key === node.key));
    const { reach: _, ...alone } = { ...facts, vip: neighbour(host.address.replace(/\d+$/, '100')) };
    const told: Told[] = [];
    for (const question of Object.values<Question>(alone)) {
      const output = (await world.ask(host, asksOf(question, run))).at(-1) ?? '';
      told.push({ fact: question.name, output, value: question.parse(output) });
    }
    const at = { cluster, known: {}, nodes: peers, isFresh: () => true };
    const probes = peers.map((node) => ({ host: node, probe: reach(meetingOf({ ...at, host: node })) }));
    const parties = probes.map((one) => ({
      host: one.host,
      listen: one.probe.listen(run),
      dial: one.probe.ask(run),
    }));
    const outputs = await world.meet(parties);
    const place = probes.findIndex((one) => one.host.key === key);
    const output = outputs[place] ?? '';
    told.push({ fact: facts.reach.name, output, value: facts.reach.parse(output) });
    return { host, told };
  });
};

const { values } = parseArgs({
  options: {
    file: { type: 'string', short: 'f' },
    host: { type: 'string' },
    board: { type: 'string' },
    about: { type: 'string' },
  },
});
const { file, host: key, board, about } = values;
if (!(file && key && board && about)) {
  process.stderr.write(USAGE);
  process.exit(2);
}
const { host, told } = await record(file, key);
for (const { fact, output, value } of told)
  write(`facts/${fact}/${board}`, { source: 'recorded', output, value });
const found = Object.fromEntries(
  Object.entries(facts).map(([name, fact]) => [name, told.find((one) => one.fact === fact.name)?.value]),
) as unknown as Found;
const fails = failuresOf(host.address, found).map(({ code, message }) => `${code}: ${message}`);
write(`boards/${board}`, { about, address: host.address, fails });
process.stdout.write(`${board}: ${told.length} answers recorded; look at them, then npm run docs\n`);
