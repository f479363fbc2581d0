import { ACCELERATORS, type AcceleratorId } from '../../spec/accelerators.ts';
import { compareVersions } from '../debian/version.ts';
import type { Accelerator, Fit, Hardware } from './accelerator.ts';
import { accelerators } from './registry.ts';

/** The accelerator of a host, why, and how many GPUs it has; `packages` and `image` are what of the bundle makes it work. */
export interface Chosen {
  readonly accelerator: AcceleratorId | 'none';
  readonly because: string;
  readonly gpus: number;
  /** Absent: the host has later ones, or has them from elsewhere. */
  readonly packages?: readonly Package[];
  readonly image?: string;
}

interface Package {
  readonly name: string;
  readonly version: string;
}

/** What may be brought to a host: the packages and images of the bundle for its architecture. `codename` is the archive's. */
export interface Brought {
  readonly packages: readonly (Package & { readonly codename: string })[];
  readonly images: readonly string[];
}

/** What a host says of itself; `installed` are the versions of packages that it has, by name. */
export interface Equipment {
  readonly hardware: Hardware;
  readonly installed: Readonly<Record<string, string>>;
}

/** Why a host cannot have the accelerator that the cluster file asks for. */
export interface Refusal {
  readonly refused: string;
  readonly hint: string;
}

const none = (because: string): Chosen => ({ accelerator: 'none', because, gpus: 0 });

const imageOf = ({ plugin }: Accelerator, { images }: Brought): string | undefined =>
  images.find((name) => name.replace(/[:@].*$/, '') === plugin.image);

/** The packages of one version that the host is to have: the latest that fits, of the archives that are made for it rather than others. */
const packagesFor = (
  { packages: names }: Accelerator,
  { least, suits }: Fit,
  brought: Brought,
): readonly Package[] => {
  const [name] = names;
  const fitting = brought.packages.flatMap((one) => {
    const rank = suits(one.codename);
    return rank === undefined || compareVersions(one.version, least) < 0 ? [] : [{ ...one, rank }];
  });
  const [best] = fitting
    .filter((one) => one.name === name)
    .sort((a, b) => b.rank - a.rank || compareVersions(b.version, a.version));
  if (!best) return [];
  const { version } = best;
  return names
    .filter((each) => fitting.some((one) => one.name === each && one.version === version))
    .map((each) => ({ name: each, version }));
};

/** The parts that an accelerator works with, or what is missing of them. */
const parts = (
  accelerator: Accelerator,
  fit: Fit,
  { installed }: Equipment,
  brought: Brought,
  before: Chosen | undefined,
): Chosen | Refusal => {
  const { id, packages: names, plugin } = accelerator;
  const { what, gpus, least } = fit;
  const [name] = names;
  const same = before?.accelerator === id ? before : undefined;
  const has = installed[name];
  const found = packagesFor(accelerator, fit, brought);
  const brings = found.length > 0 ? found : (same?.packages ?? []);
  const [main] = brings;
  if (!main && (has === undefined || compareVersions(has, least) < 0)) {
    const lacks = has === undefined ? `the host has no ${name}` : `its ${name} ${has} is too old`;
    const hint = `put ${name} ${least} or later into the bundle`;
    return { refused: `${what}, but ${lacks}, and the bundle brings none that fits`, hint };
  }
  const image = imageOf(accelerator, brought) ?? same?.image;
  if (image === undefined)
    return {
      refused: `${what}, but the bundle does not have its device plugin`,
      hint: `put the image ${plugin.image} into the bundle`,
    };
  const isNeeded = main && (has === undefined || compareVersions(has, main.version) <= 0);
  return { accelerator: id, because: what, gpus, ...(isNeeded ? { packages: brings } : {}), image };
};

/**
 * Chooses a host's accelerator: with `auto` the first of the registry that it has and that can be made to work, else none; one that
 * the cluster file names is there and works, or refused. What an earlier run chose needs nothing of a bundle any more.
 */
export const chooseAccelerator = (
  wanted: 'auto' | AcceleratorId | 'none',
  equipment: Equipment,
  brought: Brought,
  before?: Chosen,
): Chosen | Refusal => {
  if (wanted === 'none') return none('the cluster file says so');
  let lacking: Refusal | undefined;
  for (const id of wanted === 'auto' ? ACCELERATORS : [wanted]) {
    const accelerator = accelerators[id];
    const seen = accelerator.recognise(equipment.hardware);
    if (!seen) continue;
    const found =
      'lacks' in seen
        ? { refused: seen.lacks, hint: seen.hint }
        : parts(accelerator, seen, equipment, brought, before);
    if (!('refused' in found)) return found;
    lacking ??= found;
  }
  if (wanted === 'auto') return none(lacking?.refused ?? 'no GPU');
  return lacking ?? { refused: 'no such GPU', hint: 'say "runtime: auto", and every board gets what it has' };
};

/** What an earlier run chose for a host that is silent now: the device plugin is one for all, so it gets the bundle's as well. */
export const renewed = (before: Chosen, brought: Brought): Chosen => {
  if (before.accelerator === 'none') return before;
  const image = imageOf(accelerators[before.accelerator], brought);
  return image === undefined ? before : { ...before, image };
};
