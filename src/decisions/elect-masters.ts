import type { Candidate } from '../domain/election/candidate.ts';
import { objections } from '../domain/election/eligibility.ts';
import { merits, rank } from '../domain/election/ranking.ts';
import type { Decision } from '../engine/decision.ts';
import type { Answers } from '../engine/fact.ts';
import { clockSkew, isClockOff } from '../facts/date.ts';
import { container } from '../facts/detect-virt.ts';
import { freeDisk } from '../facts/df.ts';
import { type Fsync, fsync } from '../facts/fsync.ts';
import { addresses, addressOf } from '../facts/ip.ts';
import { linkSpeed } from '../facts/link-speed.ts';
import { machine } from '../facts/machine.ts';
import { architecture } from '../facts/uname.ts';
import { type Cluster, type Host, waiverOf } from '../spec/cluster.ts';
import { Problem } from '../support/problem.ts';

/** The masters in order by host key (the first founds the cluster), and for every host the reason in words. */
export interface Election {
  readonly masters: readonly string[];
  readonly reasons: Readonly<Record<string, string>>;
}

const facts = { machine, architecture, freeDisk, clockSkew, container, addresses, linkSpeed, fsync };
/** Where every seat is taken, no disk is measured. */
type Found = Omit<Answers<typeof facts>, 'fsync'> & { readonly fsync?: Fsync | 'absent' };

const speedOf = ({ address }: Host, found: Found): number | undefined => {
  const device = addressOf(found.addresses, address)?.device;
  return device === undefined || found.linkSpeed === 'absent' ? undefined : found.linkSpeed[device];
};

// A clock that the clock phase sets counts as right, or a plan would elect others than the run.
const clockErrorOf = ({ time }: Cluster, found: Found): number =>
  found.clockSkew !== 'absent' &&
  isClockOff(found.clockSkew) &&
  (time.from === 'none' || found.container === 'yes')
    ? found.clockSkew
    : 0;

// A container's disk is that of the machine under it, and so is who else is writing to it.
const fsyncOf = ({ container: inside, fsync: measured = 'absent' }: Found): number | undefined =>
  inside === 'yes' || measured === 'absent' ? undefined : measured.p99;

const candidate = (cluster: Cluster, host: Host, found: Found): Candidate | undefined => {
  if (found.machine === 'absent') return undefined;
  const speed = speedOf(host, found);
  const p99 = fsyncOf(found);
  return {
    key: host.key,
    machineId: found.machine.id,
    bits: found.architecture !== 'absent' && 'arch' in found.architecture ? 64 : 32,
    memory: found.machine.memory,
    gpu: found.machine.gpu,
    uptime: found.machine.uptime,
    clockError: clockErrorOf(cluster, found),
    maySyncSlowly: waiverOf(cluster, 'DISK_FSYNC', host.key) !== undefined,
    ...(found.freeDisk === 'absent' ? {} : { disk: found.freeDisk }),
    ...(speed === undefined ? {} : { linkSpeed: speed }),
    ...(p99 === undefined ? {} : { fsync: p99 }),
  };
};

/** The host as a candidate, or why it is none. */
const stand = (cluster: Cluster, host: Host, found: Found | undefined): Candidate | string => {
  if (host.role === 'worker') return 'not eligible: a worker by the cluster file';
  if (!found) return 'not eligible: does not answer';
  const standing = candidate(cluster, host, found);
  if (!standing) return 'not eligible: does not tell its machine-id and memory';
  const against = objections(standing);
  return against.length > 0 ? `not eligible: ${against.join('; ')}` : standing;
};

const seatedOf = ({ hosts }: Cluster, kept: Election | undefined): readonly string[] =>
  (kept?.masters ?? []).filter((key) => hosts.some((host) => host.key === key));

const tooFew = ({ hosts, masters }: Cluster, { masters: elected, reasons }: Election): Problem => {
  const verb = elected.length === 1 ? 'is' : 'are';
  const single = masters.elect === 2 && elected.length === 1;
  return new Problem(
    'TOO_FEW_MASTERS',
    `${masters.elect} masters are wanted and ${elected.length || 'none'} ${verb} to be had`,
    {
      hint: [
        ...(single ? ['set masters.ha: none in the cluster file for a single server'] : []),
        ...hosts.map(({ key }) => `${key}: ${reasons[key]}`),
      ].join('; '),
    },
  );
};

/**
 * Elects the masters among the boards. A master keeps its seat, silent or not, for its etcd member lives on while it is
 * off; only leaving the cluster file (`host replace`, `masters move`) empties a seat.
 */
export const electMasters: Decision<Election, typeof facts> = {
  id: 'elect-masters',
  title: 'Elect the masters',
  gives: 'election',
  facts,

  // Where every seat is taken nobody is weighed, so no disk is measured: a settled cluster is asked in a moment.
  questions: ({ cluster, kept }) => {
    const { fsync: _, ...cheap } = facts;
    return seatedOf(cluster, kept).length < cluster.masters.elect ? facts : cheap;
  },

  decide({ cluster, factsByHost, kept }) {
    const { hosts, masters } = cluster;
    const seated = seatedOf(cluster, kept);
    const reasons: Record<string, string> = {};
    const candidates: Candidate[] = [];
    for (const host of hosts) {
      const standing = stand(cluster, host, factsByHost[host.key]);
      if (seated.includes(host.key))
        reasons[host.key] =
          `master: keeps its seat${factsByHost[host.key] ? '' : ', though it does not answer'}`;
      else if (typeof standing === 'string') reasons[host.key] = standing;
      else candidates.push(standing);
    }

    const ranked = rank(candidates);
    const free = Math.max(0, masters.elect - seated.length);
    ranked.forEach((standing, place) => {
      reasons[standing.key] = `${place < free ? 'master' : 'eligible, not needed'}: ${merits(standing)}`;
    });
    const election = { masters: [...seated, ...ranked.slice(0, free).map(({ key }) => key)], reasons };
    return election.masters.length < masters.elect ? { problems: [tooFew(cluster, election)] } : election;
  },

  explain: ({ reasons }) => Object.entries(reasons).map(([key, reason]) => `${key}: ${reason}`),
};
