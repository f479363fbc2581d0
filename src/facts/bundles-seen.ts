import { asRoot, cmd } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';
import { BUNDLES_SEEN, type BundlesSeen, readSeen } from '../support/bundles-seen.ts';

/** Which bundles were brought to a machine; none where it has no list. */
export const bundlesSeen: Fact<BundlesSeen> = {
  name: 'bundles-seen',
  ask: asRoot(cmd('cat', BUNDLES_SEEN)),
  parse: readSeen,
};
