import { bundleAt } from '../adapters/bundle/bundle-at.ts';
import { Problem } from '../support/problem.ts';
import { applyVerb } from './apply-verb.ts';
import { clusterOfText, readText } from './cluster-file.ts';
import { fail } from './fail.ts';
import type { ChangeOptions } from './options.ts';

/** Brings what a bundle has beside k3s to the boards of a cluster. */
export const bundlePushVerb = async (bundle: string | undefined, options: ChangeOptions): Promise<void> => {
  try {
    const { cluster } = clusterOfText(readText(options.file), options.file);
    if (bundle === undefined && !cluster.bundle)
      throw new Problem('FLAG_INVALID', `${options.file} names no bundle`, {
        hint: 'name it here, or as bundle.path in the cluster file',
      });
    const path = bundle ?? cluster.bundle?.path ?? '';
    if (!(await bundleAt(path).exists()))
      throw new Problem('BUNDLE_INVALID', `${path} is no bundle: there is nothing`, {
        hint: 'make one with `edgectl bundle create`',
      });
    await applyVerb('bundle push', 'bundle-push', {
      ...options,
      ...(bundle === undefined ? {} : { bundle }),
    });
  } catch (error) {
    process.exitCode = fail(error);
  }
};
