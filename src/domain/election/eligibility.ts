import type { Candidate } from './candidate.ts';

/** MiB of memory below which a k3s server with etcd does not run well. */
const LEAST_MEMORY = 2048;
/** MiB of free disk that k3s, its images and etcd's database need. */
const LEAST_DISK = 1536;
/** Milliseconds: etcd's own bound for the 99th percentile of an fsync. */
export const MOST_FSYNC = 10;

/** Everything that speaks against the host as a master, in words; empty when it is fit. */
export const objections = ({
  bits,
  memory,
  disk,
  fsync,
  maySyncSlowly,
  clockError,
}: Candidate): readonly string[] => [
  ...(bits === 64 ? [] : ['a 32-bit machine']),
  ...(memory >= LEAST_MEMORY ? [] : [`${memory} MiB of memory, needs ${LEAST_MEMORY}`]),
  ...(disk === undefined ? ['does not tell its free disk space'] : []),
  ...(disk === undefined || disk >= LEAST_DISK ? [] : [`${disk} MiB of free disk, needs ${LEAST_DISK}`]),
  ...(fsync === undefined || fsync <= MOST_FSYNC || maySyncSlowly
    ? []
    : [`fsync takes ${fsync} ms, etcd allows ${MOST_FSYNC}`]),
  ...(clockError === 0
    ? []
    : [
        `its clock is ${Math.abs(clockError)} s ${clockError > 0 ? 'ahead' : 'behind'} and edgectl may not set it`,
      ]),
];
