import type { Candidate } from './candidate.ts';

/** One thing that is compared; more is better. Coarse steps, so that noise decides nothing from one run to the next. */
interface Criterion {
  worth(candidate: Candidate): number;
  says(candidate: Candidate): string | undefined;
}

const DAY = 86_400;

/** Milliseconds that tell kinds of disks apart: NVMe, SATA and good eMMC, and what etcd just bears. */
const FSYNC_STEPS = [2, 5, 10];

const steps = (milliseconds: number): number => FSYNC_STEPS.filter((step) => milliseconds > step).length;

const gib = ({ memory }: Candidate): number => Math.round(memory / 1024);

/** In order of weight: a later one is looked at only where the earlier ones are equal. */
const CRITERIA: readonly Criterion[] = [
  {
    // Who never measured is taken for just good enough.
    worth: ({ fsync = 10 }) => -steps(fsync),
    says: ({ fsync }) => (fsync === undefined ? undefined : `fsync ${fsync} ms`),
  },
  { worth: gib, says: (candidate) => `${gib(candidate)} GiB` },
  {
    worth: ({ linkSpeed = 0 }) => linkSpeed,
    says: ({ linkSpeed }) => (linkSpeed === undefined ? undefined : `${linkSpeed} Mbit/s`),
  },
  { worth: ({ gpu }) => (gpu ? 0 : 1), says: ({ gpu }) => (gpu ? 'has a GPU' : undefined) },
  {
    worth: ({ uptime }) => (uptime >= DAY ? 1 : 0),
    says: ({ uptime }) => (uptime >= DAY ? undefined : 'up for less than a day'),
  },
];

const compare = (a: Candidate, b: Candidate): number => {
  for (const { worth } of CRITERIA) {
    const difference = worth(b) - worth(a);
    if (difference !== 0) return difference;
  }
  return a.machineId < b.machineId ? -1 : 1;
};

/** The candidates, best first. The order depends on them alone: ties go to the lower machine-id. */
export const rank = (candidates: readonly Candidate[]): readonly Candidate[] => candidates.toSorted(compare);

/** What counted for and against a candidate, in words. */
export const merits = (candidate: Candidate): string =>
  [
    ...CRITERIA.flatMap(({ says }) => says(candidate) ?? []),
    `machine-id ${candidate.machineId.slice(0, 8)}`,
  ].join(', ');
