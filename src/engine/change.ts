import { type Command, secretsOf, show, showText, type Text } from './command.ts';

/** A file to write, owned by root. Only mode 0600, which holds from its first byte, has room for secrets. */
export type File = { readonly path: string } & (
  | { readonly mode: '0600'; readonly content: Text }
  | { readonly mode: '0644' | '0755'; readonly content: readonly string[] }
);

/**
 * One piece of content to bring to a host: `name` is its name at the source, for people and progress. `at` is where it lies
 * on a host that has it in place, which may then give it to others.
 */
export interface Blob {
  readonly digest: string;
  readonly name: string;
  readonly at?: string;
}

/** Where a blob lies on a host that it was brought to: what brings it and what puts it in its place agree on it here. */
export const blobPath = (into: string, digest: string): string => `${into}/${digest}`;

/** A write to the Kubernetes API. A PATCH is a JSON merge patch; deleting what is not there is no failure. */
export interface KubeWrite {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
}

/**
 * Something secret to make and keep on the control node. A `ca` gives the secret `<name>.key` and the outcomes
 * `<name>.crt` (PEM) and `<name>.hash` (sha256 of the PEM, hex); a `client` the secret `<name>.key.b64` and the
 * outcome `<name>.crt`; a `key`, `token` or `password` the secret `<name>` and the outcome `<name>` = 'minted'.
 */
export interface Mint {
  readonly name: string;
  readonly kind: 'ca' | 'key' | 'token' | 'password' | 'client';
  /** How long the certificate of a `client` lasts; absent: one. */
  readonly years?: number;
  /** Whom it names; absent: an administrator of the cluster, called after it. */
  readonly user?: string;
}

/** Content that comes into a folder. `besides`: what is made of it takes so many times its size at a path, too. */
export interface Delivery {
  readonly blobs: readonly Blob[];
  readonly into: string;
  readonly besides?: { readonly path: string; readonly times: number };
}

/** What a change does, as data. */
export type Run =
  | { readonly command: Command }
  | { readonly file: File }
  | { readonly blobs: Delivery }
  | { readonly kube: KubeWrite }
  | { readonly mint: Mint }
  | { readonly reboot: { readonly because: string } };

/** One change to one host: `says` announces it (lower-case imperative), `undo` takes it back when that is safe. */
export interface Change {
  readonly says: string;
  readonly run: Run;
  readonly undo?: Command;
}

const showRun = (run: Run): readonly string[] => {
  if ('command' in run) return [`$ ${show(run.command)}`];
  if ('file' in run) {
    const lines = showText(run.file.content).trimEnd().split('\n');
    return [`> ${run.file.mode} ${run.file.path}`, ...lines.map((line) => `| ${line}`)];
  }
  if ('blobs' in run)
    return run.blobs.blobs.map(({ digest, name }) => `+ ${run.blobs.into}/${digest} (${name})`);
  if ('kube' in run) {
    const { method, path, body } = run.kube;
    return [`kube ${method} ${path}${body === undefined ? '' : ` ${JSON.stringify(body)}`}`];
  }
  if ('mint' in run) return [`mint ${run.mint.kind} ${run.mint.name}`];
  return [`reboot because ${run.reboot.because}`];
};

/** A change in full, a line each: what it says, what runs, how it is undone. */
export const showChange = ({ says, run, undo }: Change): readonly string[] => [
  says,
  ...showRun(run).map((line) => `  ${line}`),
  ...(undo ? [`  undo $ ${show(undo)}`] : []),
];

/** The names of the secrets that a change needs when it runs. */
export const secretsOfRun = (run: Run): readonly string[] => {
  if ('command' in run) return secretsOf(run.command.stdin ?? []);
  return 'file' in run ? secretsOf(run.file.content) : [];
};

const isFile = ({ run }: Change): boolean => 'file' in run;
/** A client's certificate is signed by a CA that may be minted just before. */
const isFreeMint = ({ run }: Change): boolean => 'mint' in run && run.mint.kind !== 'client';

/**
 * What is carried out at once: files that follow each other, since none of them acts, and secrets that do not build on
 * each other. Everything else goes one by one.
 */
export const together = (changes: readonly Change[]): readonly (readonly Change[])[] => {
  const groups: Change[][] = [];
  for (const change of changes) {
    const last = groups.at(-1);
    if (last && [isFile, isFreeMint].some((goes) => goes(change) && last.every(goes))) last.push(change);
    else groups.push([change]);
  }
  return groups;
};
