import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Arch } from '../support/arch.ts';
import { byteCount } from './byte-count.ts';

/** How a verb prints: words, one JSON document at the end, or every event as a line of JSON. */
export type OutputForm = 'text' | 'json' | 'ndjson';

/** What every verb on a cluster takes. */
export interface ClusterOptions {
  readonly file: string;
  readonly output: OutputForm;
  readonly acceptNewHostKeys?: boolean;
  readonly allowUnsigned?: boolean;
  readonly allowDowngrade?: boolean;
  /** The bundle to use instead of the one that the cluster file names. */
  readonly bundle?: string;
  readonly rate?: number;
}

/** What `check` takes besides. */
export interface CheckOptions extends ClusterOptions {
  /** Where the checks go as JUnit XML. */
  readonly junit?: string;
}

/** What every verb that changes hosts takes besides. */
export interface ChangeOptions extends ClusterOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly onFailure: 'stop' | 'continue';
}

/** What `drill` takes. */
export interface DrillOptions extends ClusterOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** What `host add` takes beside the options of every verb that changes hosts. */
export interface HostAddOptions extends ChangeOptions {
  readonly name?: string;
  readonly hostKey?: string;
  readonly label?: readonly string[];
}

/** What `host remove` takes beside the options of every verb that changes hosts. */
export interface HostRemoveOptions extends ChangeOptions {
  readonly stolen?: boolean;
}

/** What `support-bundle` takes. */
export interface SupportBundleOptions extends ClusterOptions {
  /** Where the archive goes; absent: a name of its own in the working folder. */
  readonly out?: string;
}

/** What `discover` takes. */
export interface DiscoverOptions {
  readonly port: number;
  readonly control?: string;
  readonly name: string;
  readonly k3s: string;
  readonly user?: string;
  readonly output: OutputForm;
  readonly yes?: boolean;
}

/** What `bundle create` takes. */
export interface BundleCreateOptions {
  readonly pins: string;
  readonly out: string;
  readonly file?: boolean;
  readonly arch?: readonly Arch[];
  readonly key?: string;
  readonly base?: string;
  readonly output: OutputForm;
}

/** What `bundle show` takes. */
export interface BundleReadOptions {
  readonly output: OutputForm;
}

/** What `bundle split` takes. */
export interface BundleSplitOptions extends BundleReadOptions {
  readonly size: number;
  readonly out: string;
}

/** What `bundle verify` takes. */
export interface BundleVerifyOptions extends BundleReadOptions {
  readonly deep?: boolean;
  readonly file?: string;
  readonly trust?: readonly string[];
  readonly allowUnsigned?: boolean;
  readonly arch?: readonly Arch[];
}

/** What `bundle apply` takes; `cluster` is the file whose keys count. */
export interface BundleApplyOptions extends BundleReadOptions {
  readonly base: string;
  readonly out: string;
  readonly file?: boolean;
  readonly cluster?: string;
  readonly trust?: readonly string[];
  readonly allowUnsigned?: boolean;
}

/** What `bundle keygen` takes. */
export interface KeygenOptions {
  readonly out: string;
  readonly id: string;
  readonly passphrase?: boolean;
  readonly output: OutputForm;
}

/** What `kubeconfig` takes. */
export interface KubeconfigOptions {
  readonly file: string;
  readonly output: OutputForm;
  readonly merge?: boolean | string;
  readonly replace?: boolean;
}

/** `-f, --file`: the cluster file. */
export const fileOption = () => new Option('-f, --file <path>', 'the cluster file').default('cluster.yaml');

/** `-o, --output`. */
export const outputOption = () =>
  new Option('-o, --output <form>', 'how to print the result')
    .choices(['text', 'json', 'ndjson'])
    .default('text');

/** `--output` of the verbs on bundles, without its short form: `-o` is where a bundle or a key goes. */
export const bundleFormOption = () =>
  new Option('--output <form>', 'how to print the result')
    .choices(['text', 'json', 'ndjson'])
    .default('text');

/** `--accept-new-host-keys`. */
export const acceptOption = () =>
  new Option(
    '--accept-new-host-keys',
    'trust and record the key of a host that nothing is known of; a changed key is still refused',
  );

/** `--allow-unsigned`. */
export const unsignedOption = () =>
  new Option('--allow-unsigned', 'take a bundle that no trusted key has signed');

/** `--trust`, which may be given again. */
export const trustOption = () =>
  new Option('--trust <key>', 'trust this public key besides; may be given again').argParser(
    (key, before: readonly string[] = []) => [...before, key],
  );

/** `--allow-downgrade`. */
export const downgradeOption = () =>
  new Option('--allow-downgrade', 'take a bundle that is older than the one of before, or replaces it');

/** Below it a chunk would take so long that its silence looks like a dead chain. */
const LEAST_RATE = 100e3;

/** `--rate`, in bytes a second. */
export const rateOption = () =>
  new Option(
    '--rate <bytes>',
    'the most that the control node, or a board in its place, sends to others in a second, such as 20M',
  ).argParser((text) => {
    const rate = byteCount(text);
    if (rate < LEAST_RATE) throw new InvalidArgumentError('wanted at least 100K.');
    return rate;
  });

/** `-y, --yes`. */
export const yesOption = () => new Option('-y, --yes', 'do not ask before changing hosts');

/** `--dry-run`. */
export const dryRunOption = () =>
  new Option('--dry-run', 'print the plan and stop; leaves no trace on any host');

/** `--on-failure`. */
const onFailureOption = () =>
  new Option('--on-failure <what>', 'what the other hosts do when one fails')
    .choices(['stop', 'continue'])
    .default('continue');

/** Gives a command the options of every verb that changes hosts. */
export const changesHosts = (command: Command): Command =>
  command
    .addOption(fileOption())
    .addOption(outputOption())
    .addOption(yesOption())
    .addOption(dryRunOption())
    .addOption(onFailureOption())
    .addOption(acceptOption());

/** A whole number from an argument. */
export const wholeNumber = (text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError('wanted a whole number above 0.');
  return number;
};
