import { mustBeWorker, refusesWrites } from '../actions/stolen.ts';
import { stolenLeft } from '../report/stolen-left.ts';
import { addHost, removeHost } from '../spec/edit-cluster-file.ts';
import { Problem } from '../support/problem.ts';
import { applyVerb } from './apply-verb.ts';
import { clusterOfText, readText } from './cluster-file.ts';
import { fail } from './fail.ts';
import type { HostAddOptions, HostRemoveOptions } from './options.ts';
import { writeWhole } from './write-whole.ts';

const labelsOf = (words: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    words.map((word) => {
      const [key = '', value] = word.split('=');
      if (value === undefined) throw new Problem('FLAG_INVALID', `--label ${word}: wanted key=value`);
      return [key, value];
    }),
  );

/** Runs `init` with one worker more, which is written into the cluster file once its plan is accepted; one that is there already is only brought in. */
export const hostAddVerb = async (address: string, options: HostAddOptions): Promise<void> => {
  try {
    const before = readText(options.file);
    const there = clusterOfText(before, options.file).cluster.hosts.some((host) => host.address === address);
    const { name, hostKey, label = [] } = options;
    const host = {
      address,
      role: 'worker' as const,
      ...(name === undefined ? {} : { name }),
      ...(hostKey === undefined ? {} : { hostKey }),
      ...(label.length > 0 ? { labels: labelsOf(label) } : {}),
    };
    const text = there ? before : addHost(before, host);
    clusterOfText(text, options.file);
    // Not before: a host that is refused would stand in the way of every later run.
    const accepted = () => {
      if (text !== before) writeWhole(options.file, text);
    };
    await applyVerb('host add', 'init', { ...options, text }, { accepted });
  } catch (error) {
    process.exitCode = fail(error);
  }
};

/** Takes a worker out of the cluster, then out of the file. One that was stolen is not asked: it is as if it were gone. */
export const hostRemoveVerb = async (name: string, options: HostRemoveOptions): Promise<void> => {
  try {
    const text = readText(options.file);
    const { cluster } = clusterOfText(text, options.file);
    const host = cluster.hosts.find((one) => one.key === name || one.address === name);
    if (options.stolen) mustBeWorker(cluster, name, host);
    if (!host)
      throw new Problem('FLAG_INVALID', `no host ${name} in ${options.file}`, {
        hint: `its hosts are ${cluster.hosts.map(({ key }) => key).join(', ')}`,
      });
    const { key } = host;
    const without = removeHost(text, key);
    const after = () => writeWhole(options.file, without);
    if (!options.stolen)
      return await applyVerb('host remove', 'host-remove', options, { target: key, after });
    const left = ['', ...stolenLeft(key, refusesWrites(cluster))];
    await applyVerb(
      'host remove --stolen',
      'host-remove-stolen',
      { ...options, text: without },
      { target: key, after, left },
    );
  } catch (error) {
    process.exitCode = fail(error);
  }
};
