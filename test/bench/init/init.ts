import { edgectl } from '../../init/cli.ts';
import { type LabSummary, labDown, labUp, ringLab } from '../../lab/lab.ts';
import { type Figure, ratios } from '../figure.ts';
import { quiet, say, timed } from '../machine.ts';
import { scratch } from '../scratch.ts';
import { oracle } from './oracle.ts';
import { awaitCluster } from './probe.ts';

const LIMIT = 1.15;
const LAB = 'bench-init';

type Way = (lab: LabSummary, keep: (folder: string) => void) => Promise<() => Promise<unknown>>;

const product: Way = async ({ file }, keep) => {
  const run = await edgectl();
  keep(run.state);
  return async () => {
    const { code, stderr } = await run(['init', '-f', file, '--yes']);
    if (code !== 0) throw new Error(stderr.slice(-3000));
  };
};

/**
 * One way to make a cluster of one fresh lab: seconds from the start of its process until it ended, and until the probe,
 * which looks on from the start, was content.
 */
const measure = async (way: Way, keep: (folder: string) => void, isFirst: boolean) => {
  // The guard that comes with the first one takes down whichever is there when the bench ends.
  const lab = await (isFirst ? ringLab(LAB) : labUp({ name: `${LAB}-${process.pid}` }));
  try {
    const make = await way(lab, keep);
    await quiet();
    const [made, probed] = await Promise.all([timed(make), timed(() => awaitCluster(lab))]);
    return { made: made.seconds, all: probed.seconds };
  } finally {
    await labDown(lab.name);
  }
};

/** `edgectl init` of a control node and four boards against the oracle, in turn, each on a lab of its own. */
export const init = (rounds: number): Promise<readonly Figure[]> =>
  scratch(async (keep) => {
    const ours: { made: number; all: number }[] = [];
    const theirs: { made: number; all: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push(await measure(product, keep, round === 0));
      theirs.push(await measure(oracle, keep, false));
      say(
        `round ${round + 1}: edgectl ${ours.at(-1)?.all.toFixed(1)} s, oracle ${theirs.at(-1)?.all.toFixed(1)} s`,
      );
    }
    const [our, their] = [ours.map(({ all }) => all), theirs.map(({ all }) => all)];
    return [
      { case: 'init.edgectl', unit: 's', limit: null, rounds: our },
      { case: 'init.edgectl-alone', unit: 's', limit: null, rounds: ours.map(({ made }) => made) },
      { case: 'init.oracle', unit: 's', limit: null, rounds: their },
      { case: 'init.oracle-alone', unit: 's', limit: null, rounds: theirs.map(({ made }) => made) },
      { case: 'init.ratio', unit: 'ratio', limit: LIMIT, rounds: ratios(our, their) },
    ];
  });
