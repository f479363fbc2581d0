import { writeFile } from 'node:fs/promises';
import { documentOf, type RunDocument } from '../../init/cli.ts';
import { within } from '../../init/cluster.ts';
import { type Drawn, drawWalk, LEAST, type Verb } from './draw.ts';
import { besideCluster, judgeLab } from './judge.ts';
import { Listener } from './logs.ts';
import { castOf, type Stage, stagesOf, type WalkSite, writeCluster } from './stages.ts';
import { stormy, type Walk } from './stormy.ts';
import { LabStorm } from './strike.ts';

/** A verb that a walk went through: runs that faults struck in, and the time of the one after the healing in s. */
interface Passed {
  readonly verb: Verb;
  readonly runs: number;
  readonly seconds: number;
}

/** What a walk in the lab found. */
export interface LabWalked {
  readonly seed: number;
  readonly drawn: Drawn;
  readonly began: Date;
  readonly seconds: number;
  readonly struck: LabStorm['struck'];
  /** How many of those were drawn. */
  readonly count: number;
  readonly passed: readonly Passed[];
  /** How many secrets were looked for. */
  readonly secrets: number;
  readonly wrong: readonly string[];
}

/** Runs of a verb that faults strike in; the last one of a walk goes on until all have struck. */
const MOST_RUNS = 4;
const LAST_RUNS = 10;
/** One that follows the healing and takes longer will not end, in s. */
const HEALING_S = { container: 240, emulated: 900 } as const;
/** What edgectl keeps where it runs. */
const KEPT: readonly string[] = ['kubeconfig', 'known_hosts'];

const wordsOf = (text: string): string => text.trim().split('\n').slice(-12).join(' / ');

/** Without any API `host remove` refuses at once: a master that has just got its power back is given time to start. */
const comesBack = (site: WalkSite): Promise<number> =>
  within(120, 'a master answers', async () =>
    (await site.status()).nodes.some(({ role, ready }) => role === 'master' && ready),
  );

/** Runs a verb through its faults, heals, and runs it once more: that must be enough. */
const throughStage = async (walk: Walk, stage: Stage, most: number, wrong: string[]): Promise<Passed> => {
  const { site, storm, listener, left } = walk;
  let runs = 0;
  let isOver = false;
  let killer: NodeJS.Timeout | undefined;
  while (runs < most && left.length > 0 && !isOver) {
    runs++;
    const { code } = await stormy(walk, stage);
    isOver = code === 0 && most === MOST_RUNS;
  }
  await storm.heal();
  if (stage.verb === 'host remove') await comesBack(site);
  const began = Date.now();
  const words = site.on(...(await stage.words()), '--yes');
  const last = await site.run.watch(words, (event, send) => {
    listener.heard(JSON.stringify(event));
    killer ??= setTimeout(() => send('SIGKILL'), HEALING_S[site.worker] * 1000);
  });
  clearTimeout(killer);
  const seconds = Math.round((Date.now() - began) / 1000);
  listener.heard(last.stderr);
  await listener.learn();
  if (last.code !== 0 && !stage.wasDone(last))
    wrong.push(
      `one more ${stage.verb} was not enough (exit ${last.code}, ${seconds} s): ${wordsOf(last.stderr)}`,
    );
  return { verb: stage.verb, runs, seconds };
};

/** A further run must find nothing to change. */
const settle = async ({ site, listener }: Walk, { verb, words }: Stage, wrong: string[]): Promise<void> => {
  const ran = await site.run(site.on(...(await words()), '--yes', '--output', 'json'));
  listener.heard(ran.stdout, ran.stderr);
  const { changes, failed } = documentOf<RunDocument>(ran);
  if (changes + failed > 0)
    wrong.push(`a further ${verb} made ${changes} changes, ${failed} failed: ${wordsOf(ran.stderr)}`);
};

const passAll = async (
  walk: Walk,
  { faults }: Drawn,
  stages: readonly Stage[],
  wrong: string[],
  passed: Passed[],
): Promise<void> => {
  const { left } = walk;
  const [init] = stages;
  if (!init) return;
  for (const [index, stage] of stages.entries()) {
    left.push(...faults.filter(({ verb }) => verb === index));
    passed.push(await throughStage(walk, stage, MOST_RUNS, wrong));
    if (wrong.length > 0) return;
    if (stage.verb === 'bundle push') await settle(walk, stage, wrong);
  }
  if (left.length > 0) {
    // These met no run that lasted long enough. An `init` with next to nothing to do has nothing on its way that can be spoilt.
    const rest = left.splice(0).map((fault, index) => ({ ...fault, at: 1 + index }));
    left.push(...rest.map((one) => (one.kind === 'corrupt' ? { ...one, kind: 'sshd' as const } : one)));
    passed.push(await throughStage(walk, init, LAST_RUNS, wrong));
  }
  if (wrong.length === 0) await settle(walk, init, wrong);
};

const resetAll = async ({ site, listener }: Walk, wrong: string[]): Promise<void> => {
  await writeFile(site.lab.file, site.text);
  const { code, stdout, stderr } = await site.run(site.on('reset', '--yes'));
  listener.heard(stdout, stderr);
  if (code !== 0) wrong.push(`reset failed: ${wordsOf(stderr)}`);
};

/** A walk in the lab, from bare boards, through faults that follow from the seed. It leaves the boards bare again, unless it went wrong. */
export const labWalk = async (site: WalkSite, seed: number): Promise<LabWalked> => {
  const began = new Date();
  const drawn = drawWalk(seed, site.worker);
  const { nodes } = castOf(drawn);
  const storm = new LabStorm(site.lab.name, nodes);
  const listener = new Listener(site, nodes);
  const walk: Walk = { site, storm, listener, left: [] };
  const { stages, moved } = stagesOf(site, drawn);
  const wrong: string[] = [];
  const passed: Passed[] = [];
  try {
    await listener.forget();
    await writeCluster(site, drawn);
    const beside = besideCluster(site);
    await passAll(walk, drawn, stages, wrong, passed);
    const gone = drawn.verbs.at(-1) === 'host remove' ? moved() : undefined;
    const inCluster = (drawn.shape.members > 1 ? nodes : nodes.slice(1)).filter((node) => node !== gone);
    if (wrong.length === 0) wrong.push(...(await judgeLab(site, { shape: drawn.shape, nodes, inCluster })));
    const strays = besideCluster(site).filter((name) => !beside.includes(name) && !KEPT.includes(name));
    if (strays.length > 0) wrong.push(`beside the cluster file lie ${strays.join(', ')}`);
    if (wrong.length === 0) await resetAll(walk, wrong);
  } catch (error) {
    wrong.push(`the walk broke off: ${(error as Error).message}`);
  }
  listener.stop();
  await storm.heal();
  const leaks = await listener.leaks();
  wrong.push(...leaks.wrong);
  if (wrong.length === 0 && storm.count < LEAST) wrong.push(`only ${storm.count} faults struck`);
  await writeFile(site.lab.file, site.text);
  const seconds = Math.round((Date.now() - began.getTime()) / 1000);
  const { struck, count } = storm;
  return { seed, drawn, began, seconds, struck, count, passed, secrets: leaks.secrets, wrong };
};
