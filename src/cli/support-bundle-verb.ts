import { resolve } from 'node:path';
import { supportBundle } from '../actions/support-bundle.ts';
import { readRun, runIds } from '../adapters/state/state.ts';
import { tarGz } from '../adapters/support/tar-gz.ts';
import { supportText } from '../report/support-bundle.ts';
import { problemData } from '../support/problem.ts';
import { playbookOf } from './apply-verb.ts';
import type { SupportBundleOptions } from './options.ts';
import { version } from './package.ts';
import { runVerb } from './verb.ts';
import { foldersOf } from './wire.ts';

const RUNS = 20;
const GIVEN = [
  'EDGECTL_SSH_PASSPHRASE',
  'EDGECTL_SSH_PASSWORD',
  'EDGECTL_SUDO_PASSWORD',
  'EDGECTL_HUB_TOKEN',
];

/** Writes a support bundle. That something could not be had is said, and is no failure. */
export const supportBundleVerb = (options: SupportBundleOptions): Promise<void> =>
  runVerb('support-bundle', options, { journal: false }, async ({ start, cluster }) => {
    const { state } = foldersOf(cluster);
    const ids = runIds(state).slice(-RUNS);
    const { files, missing } = await supportBundle(start, {
      playbook: playbookOf('init'),
      kubeconfig: start.kubeconfig,
      about: {
        edgectl: version(),
        node: process.version,
        platform: `${process.platform} ${process.arch}`,
        made: new Date().toISOString(),
        cluster: cluster.name,
        k3s: cluster.k3s.version,
      },
      journals: Object.fromEntries(ids.map((id) => [id, readRun(state, id) ?? ''])),
      secrets: GIVEN.flatMap((variable) => process.env[variable] ?? []),
    });
    const path = resolve(options.out ?? `edgectl-support-${cluster.name}-${start.run}.tar.gz`);
    const bytes = tarGz.write(path, files);
    const document = {
      path,
      bytes,
      files: files.map((file) => file.path),
      missing: missing.map(problemData),
    };
    return { text: () => supportText(document), document, problems: [] };
  });
