import type { Figure, Found } from '../../figure.ts';
import type { PlainCase } from '../cases.ts';
import { last, type Rounds, roundsOf } from '../rounds.ts';
import { runCase, type Site, wireSeconds } from '../run-case.ts';
import { ansible } from './ansible.ts';
import { aria2 } from './aria2.ts';
import { ncTee } from './nc-tee.ts';
import type { Peer } from './peer.ts';
import { rsync } from './rsync.ts';
import { runPeer, whyNot } from './run-peer.ts';
import { scp } from './scp.ts';

const PEERS: readonly Peer[] = [ncTee, aria2, scp, rsync, ansible];

/** edgectl and its peers on one case, a run each: stars take minutes, and no ratio hangs on them. */
export const beside = async (of: PlainCase, at: Site): Promise<Found> => {
  const once = roundsOf(1);
  const notes: string[] = [];
  const figure = (name: string, seconds: number): Figure => ({
    case: `fanout.${of.name}${name}`,
    ...{ unit: 'ratio', limit: null, rounds: [seconds / wireSeconds(of)] },
  });
  const [ours] = await once.run(of.name, () => runCase(of, at));
  const figures = ours ? [figure('', last(ours))] : [];
  for (const peer of PEERS) {
    const reason = await whyNot(peer);
    const [run] = reason ? [] : await once.run(peer.name, () => runPeer(peer, of, at.folder));
    if (run) figures.push(figure(`-${peer.name}`, last(run)));
    else if (reason) notes.push(reason);
  }
  return { figures, notes };
};

/** A case over plain TCP, with nothing but copies on the way. */
export const plainTcp = async (of: PlainCase, at: Site, rounds: Rounds): Promise<readonly Figure[]> => {
  if (await whyNot(ncTee)) return [];
  const name = `${of.name}-${ncTee.name}`;
  const runs = await rounds.run(name, () => runPeer(ncTee, of, at.folder));
  return [
    {
      case: `fanout.${name}`,
      unit: 'ratio',
      limit: null,
      rounds: runs.map((run) => last(run) / wireSeconds(of)),
    },
    { case: `fanout.${name}-cores`, unit: 'cores', limit: null, rounds: runs.map(({ work }) => work.cores) },
  ];
};
