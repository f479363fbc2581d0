import { readFile, writeFile } from 'node:fs/promises';
import { documentOf, type Ran, type RunDocument } from '../../init/cli.ts';
import { openSite, type Site } from '../../init/site.ts';
import { randomFrom } from '../model/random.ts';
import { judgeLab } from './judge.ts';
import { type LabFault, LabStorm, labFaults } from './strike.ts';

/** One verb of a walk: its words, about how many events it tells, and whether its end shows that it was done before. */
interface Stage {
  readonly says: string;
  readonly words: () => Promise<readonly string[]>;
  readonly events: number;
  readonly wasDone?: (ran: Ran) => boolean;
}

/** What a walk in the lab found. */
export interface LabWalked {
  readonly seed: number;
  readonly began: Date;
  readonly seconds: number;
  readonly struck: readonly string[];
  /** By stage: how many runs it took, the healing one counted, and the seconds of that one. */
  readonly stages: readonly { readonly says: string; readonly runs: number; readonly seconds: number }[];
  readonly wrong: readonly string[];
}

const MOST_RUNS = 4;

const stagesOf = (site: Site, before: string): readonly Stage[] => {
  const worker = async () =>
    (await site.status()).nodes.findLast(({ role }) => role === 'worker')?.name ?? '';
  let gone = '';
  const init: Stage = { says: 'init', words: async () => ['init'], events: 220 };
  const remove: Stage = {
    says: 'host remove',
    words: async () => {
      gone ||= await worker();
      return ['host', 'remove', gone];
    },
    events: 25,
    wasDone: ({ stderr }) => stderr.includes(`no host ${gone} in`),
  };
  const add: Stage = {
    says: 'host add',
    words: async () => {
      const { address = '' } = site.lab.nodes.find(({ name }) => name === gone) ?? {};
      const key = new RegExp(`address: ${address}\\s+hostKey: (.+)`).exec(before)?.[1] ?? '';
      return ['host', 'add', address, '--name', gone, '--host-key', key];
    },
    events: 60,
  };
  return [init, remove, add];
};

/** Runs a stage through its faults, heals, and runs it once more: that must be enough. */
const throughStage = async (
  site: Site,
  stage: Stage,
  faults: readonly LabFault[],
  storm: LabStorm,
  printed: string[],
): Promise<{ readonly runs: number; readonly seconds: number; readonly wrong: readonly string[] }> => {
  const left = [...faults];
  let runs = 0;
  while (left.length > 0 && runs < MOST_RUNS) {
    runs++;
    let events = 0;
    const words = site.on(...(await stage.words()), '--yes');
    const ran = await site.run.watch(words, (event, send) => {
      printed.push(JSON.stringify(event));
      if (event.type === 'progress') return;
      events++;
      while (left[0] && left[0].at <= events) {
        const [fault] = left.splice(0, 1);
        if (!fault) return;
        const when = `${stage.says} ${runs}, event ${events}`;
        if (fault.kind === 'kill') {
          storm.struck.push(`${when}: kill -9 of edgectl`);
          send('SIGKILL');
        } else storm.strike(fault, when);
      }
    });
    printed.push(ran.stderr);
    if (ran.code === 0) break;
  }
  await storm.heal();
  const began = Date.now();
  const last = await site.run(site.on(...(await stage.words()), '--yes', '--output', 'json'));
  const seconds = Math.round((Date.now() - began) / 1000);
  printed.push(last.stdout, last.stderr);
  const isWell = last.code === 0 || stage.wasDone?.(last) === true;
  const wrong = isWell
    ? []
    : [`${stage.says} did not recover: ${last.stderr.split('\n').slice(-6).join(' ')}`];
  return { runs: runs + 1, seconds, wrong };
};

/** Opens a site for walks. */
export const openWalks = (): Promise<Site> => openSite('chaos', { boards: 3 });

/** A walk in the lab, from bare boards, through faults that follow from the seed. It leaves the boards bare again. */
export const labWalk = async (site: Site, seed: number): Promise<LabWalked> => {
  const began = new Date();
  const random = randomFrom(seed);
  const file = await readFile(site.lab.file, 'utf8');
  const stages = stagesOf(site, file);
  const faults = labFaults(
    random,
    site.names(),
    stages.map(({ events }) => events),
  );
  const storm = new LabStorm(site.lab.name);
  const printed: string[] = [];
  const wrong: string[] = [];
  const done: LabWalked['stages'][number][] = [];
  for (const [index, stage] of stages.entries()) {
    const own = faults.filter((fault) => fault.stage === index);
    const { runs, seconds, wrong: bad } = await throughStage(site, stage, own, storm, printed);
    done.push({ says: stage.says, runs, seconds });
    wrong.push(...bad);
    if (bad.length > 0) break;
  }
  if (wrong.length === 0) {
    const again = documentOf<RunDocument>(await site.run(site.on('init', '--yes', '--output', 'json')));
    if (again.changes > 0 || again.failed > 0)
      wrong.push(`not settled: ${again.changes} changes, ${again.failed} failed`);
  }
  wrong.push(...(await judgeLab(site, printed, 3)));
  const seconds = Math.round((Date.now() - began.getTime()) / 1000);
  await writeFile(site.lab.file, file);
  await site.run(site.on('reset', '--yes'));
  return { seed, began, seconds, struck: storm.struck, stages: done, wrong };
};
