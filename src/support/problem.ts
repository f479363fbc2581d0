/**
 * Every failure an operator can meet, its exit status and meaning; `docs/reference/problems.md` is made from it.
 * Exit: 1 a bug, 2 the operator's file or flag, 3 a host, 4 the cluster, 5 the cloud, 6 locked, 7 preflight refused, 130 cancelled.
 */
export const PROBLEMS = {
  ARCH_NOT_IN_SOURCE: {
    exit: 7,
    means: 'The k3s source or an image has nothing for an architecture that is wanted.',
  },
  ARCHIVE_MOVED: {
    exit: 2,
    means: 'A Debian archive has another release than the one that the pins name by its digest.',
  },
  ARCHIVE_UNTRUSTED: {
    exit: 2,
    means:
      'The release of a Debian archive bears no signature that counts, has expired, or is that of another suite.',
  },
  BLOB_CORRUPT: {
    exit: 3,
    means: 'Fetched or transferred content does not have the digest that its source publishes.',
  },
  BUNDLE_INVALID: {
    exit: 2,
    means: 'A bundle is damaged, or lacks something that it should have.',
  },
  BUNDLE_PINS_INVALID: {
    exit: 2,
    means: 'The file of pins that a bundle is made from does not match its schema.',
  },
  BUNDLE_REPLAYED: {
    exit: 2,
    means:
      'A bundle is older than one of its name that the hosts had before, or another one of the same serial.',
  },
  BUNDLE_UNTRUSTED: { exit: 2, means: 'A bundle bears no signature that counts.' },
  BUG: {
    exit: 1,
    means: 'Something that should not happen; the text and the journal belong into a bug report.',
  },
  CANCELLED: { exit: 130, means: 'The operator stopped the run. Running it again resumes it.' },
  CAS_COMPROMISED: {
    exit: 4,
    means: 'A machine with the keys of the authorities was stolen: only a cluster with new CAs is safe.',
  },
  CLUSTER_FILE_INVALID: { exit: 2, means: 'The cluster file does not match its schema.' },
  CLUSTER_NOT_READY: {
    exit: 4,
    means: 'The cluster answers, and some node or etcd member is not as it should be.',
  },
  CLUSTER_UNREACHABLE: { exit: 4, means: 'No master of the cluster answers on its Kubernetes API.' },
  COMMAND_FAILED: { exit: 3, means: 'A command on a host ended with an error.' },
  COMMAND_TIMEOUT: { exit: 3, means: 'A command on a host did not end in time.' },
  CONDITION_TIMEOUT: { exit: 4, means: 'A host or the cluster did not reach a condition in time.' },
  DEBS_UNSATISFIABLE: {
    exit: 2,
    means:
      'A package that a bundle should bring lacks something that it depends on, or does not go with another.',
  },
  DEB_UNUSABLE: {
    exit: 2,
    means: 'A Debian archive has under that name what is no package that a board could unpack.',
  },
  DELTA_BASE_WRONG: {
    exit: 2,
    means: 'A delta is applied to another bundle than the one that it was made for.',
  },
  DRILL_REFUSED: {
    exit: 4,
    means: 'The cluster is not whole, or has not what a drill needs: nothing was pulled.',
  },
  FILE_FOREIGN: { exit: 2, means: 'A file that edgectl would write is there already and is not its own.' },
  FILE_UNREADABLE: { exit: 2, means: 'A file that the operator named cannot be read.' },
  FLAG_INVALID: { exit: 2, means: 'A command line flag or argument is not usable.' },
  FOREIGN_CLUSTER: { exit: 7, means: 'A host is already a server of another k3s cluster.' },
  HOST_AUTH_FAILED: { exit: 3, means: 'A host refused the user, key or password.' },
  HOST_DISCONNECTED: { exit: 3, means: 'The connection to a host was lost.' },
  HOST_KEY_CHANGED: { exit: 3, means: 'A host showed another key than the pinned one.' },
  HOST_KEY_UNKNOWN: { exit: 3, means: 'Nothing says which key a host should have.' },
  HOST_NAME_DUPLICATE: { exit: 7, means: 'Two hosts would have the same node name.' },
  HOST_NOT_REMOVABLE: { exit: 2, means: 'A host cannot be removed, because of what it is in the cluster.' },
  HOST_UNREACHABLE: { exit: 3, means: 'A host does not answer on its SSH port.' },
  IMAGE_UNUSABLE: {
    exit: 2,
    means: 'What a registry has under that digest is no image that edgectl can bring.',
  },
  KEY_UNUSABLE: { exit: 2, means: 'An SSH private key cannot be read: wrong passphrase or unknown format.' },
  KUBE_REFUSED: { exit: 4, means: 'The Kubernetes API refused a change.' },
  KUBECONFIG_CLASH: {
    exit: 2,
    means: 'The kubeconfig to merge into has an entry of that name, of another cluster.',
  },
  KUBECONFIG_INVALID: { exit: 2, means: 'The file to merge a kubeconfig into is none.' },
  LANE_BLOCKED: { exit: 4, means: 'A host was not started because the one before it in the lane failed.' },
  LOCKED: { exit: 6, means: 'Another run holds the lock of a host.' },
  MACHINE_ID_DUPLICATE: { exit: 7, means: 'Two hosts have the same machine-id: their disks were cloned.' },
  NO_SPACE: {
    exit: 3,
    means: 'A host, or this machine, has too little free space for what has to be placed.',
  },
  NOT_CONVERGED: { exit: 4, means: 'After all changes some host still needs a change.' },
  OUTCOME_MISSING: { exit: 1, means: 'A change was about to run before a value that it needs existed.' },
  PACKAGES_REFUSED: {
    exit: 7,
    means:
      'A host has to have Debian packages that neither it nor the bundle has, or that apt cannot install there.',
  },
  PLAN_CHANGED: { exit: 4, means: 'A change was needed that the plan had not announced.' },
  PREFLIGHT_REFUSED: { exit: 7, means: 'A host does not meet what the cluster needs.' },
  REGISTRY_AUTH_FAILED: { exit: 2, means: 'A registry refused the login, or wants one that was not given.' },
  RUN_UNKNOWN: { exit: 2, means: 'No journal has that run id.' },
  SOURCE_UNAVAILABLE: { exit: 2, means: 'A place that edgectl fetches from cannot be read.' },
  SUDO_REFUSED: { exit: 3, means: 'sudo on a host refused the user or the password.' },
  TOOL_MISSING: { exit: 2, means: 'A program that the verb needs is not on this machine, or too old.' },
  TOO_FEW_MASTERS: { exit: 7, means: 'Fewer hosts are fit to be masters than the cluster asks for.' },
  UPLOAD_FAILED: { exit: 3, means: 'A file could not be written on a host.' },
  WRITES_LOST: { exit: 4, means: 'The API had answered for a write that was not there after a drill.' },
} as const satisfies Record<string, { exit: number; means: string }>;

/** A key of the table above. */
export type ProblemCode = keyof typeof PROBLEMS;

/** An expected failure. Anything else that is thrown is a bug and prints with its stack. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly host: string | undefined;
  readonly hint: string | undefined;

  constructor(
    code: ProblemCode,
    message: string,
    more: { host?: string | undefined; hint?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.host = more.host;
    this.hint = more.hint;
  }
}

/** What a pure function returns in place of its value when the operator has to act: all reasons at once. */
export interface Problems {
  readonly problems: readonly Problem[];
}

/** Whether a value is such a refusal. */
export const isProblems = (value: unknown): value is Problems =>
  typeof value === 'object' && value !== null && 'problems' in value;

/** A problem as data, fit for a journal and for `--output json`: no stack, no cause. */
export const problemData = ({ code, message, host, hint }: Problem) => ({
  code,
  message,
  ...(host === undefined ? {} : { host }),
  ...(hint === undefined ? {} : { hint }),
});

/** Any thrown value as a Problem: what was not expected is a bug and keeps its cause. */
export const asProblem = (error: unknown, host?: string): Problem => {
  if (error instanceof Problem)
    return error.host === undefined && host !== undefined
      ? new Problem(error.code, error.message, { host, hint: error.hint, cause: error.cause })
      : error;
  return new Problem('BUG', error instanceof Error ? error.message : String(error), { host, cause: error });
};
