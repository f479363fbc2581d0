import type { Decision } from '../engine/decision.ts';
import { bundlesSeen } from '../facts/bundles-seen.ts';
import { Problem } from '../support/problem.ts';

/** The bundle that the cluster file names, as it says itself once its signature counts; and whether an older one may do. */
export interface Installing {
  readonly mark?: { readonly name: string; readonly serial: number; readonly digest: string };
  readonly allowDowngrade?: boolean;
}

/**
 * Holds a bundle against those that were brought to the hosts before, so that nobody can slip an older one in, with its
 * known holes: an old signature is a good signature.
 */
export const checkBundle: Decision<
  Installing,
  { readonly seen: typeof bundlesSeen },
  { readonly bundle?: Installing }
> = {
  id: 'check-bundle',
  title: 'Check the bundle',
  gives: 'bundle',
  facts: { seen: bundlesSeen },

  decide({ cluster, known: { bundle = {} }, factsByHost }) {
    const { mark, allowDowngrade = false } = bundle;
    if (!mark || allowDowngrade) return bundle;
    const before = Object.entries(factsByHost).flatMap(([host, { seen }]) => {
      const one = seen[mark.name];
      return one ? [{ host, ...one }] : [];
    });
    const hostsOf = (some: typeof before) => some.map(({ host }) => host).join(', ');
    const refuse = (message: string, hint: string) => ({
      problems: [
        new Problem('BUNDLE_REPLAYED', `${cluster.bundle?.path}: ${message}; nothing of it is used`, {
          hint,
        }),
      ],
    });
    const newest = Math.max(0, ...before.map(({ serial }) => serial));
    const last = before.filter(({ serial }) => serial === newest);
    if (newest > mark.serial)
      return refuse(
        `bundle ${mark.name} has serial ${mark.serial}, and ${hostsOf(last)} had serial ${newest} before`,
        'bring the newer bundle, or say --allow-downgrade',
      );
    const others = last.filter(({ serial, digest }) => serial === mark.serial && digest !== mark.digest);
    if (others.length > 0)
      return refuse(
        `bundle ${mark.name} with serial ${mark.serial} is not the one that ${hostsOf(others)} had under that serial`,
        'another content needs a higher serial: bring the right bundle, or say --allow-downgrade',
      );
    return bundle;
  },

  explain: ({ mark }) => (mark ? [`${mark.name}, serial ${mark.serial}`] : []),
};
