import type { BundleItem } from './manifest.ts';

/** A layer of an image, in the order of its manifest. `encoded`: edgectl packed it, and can do so again. */
export interface OrderedLayer {
  readonly image: string;
  readonly arch: BundleItem['arch'];
  readonly digest: BundleItem['digest'];
  readonly encoded: boolean;
}

/** A bundle as far as it matters for a delta. */
export interface DeltaSide {
  readonly contents: readonly BundleItem[];
  readonly layers: readonly OrderedLayer[];
}

/** The old blob that a new one is made from; `packed`: by what they unpack to. */
export interface Base {
  readonly digest: BundleItem['digest'];
  readonly packed: boolean;
}

/** An image's name without its tag or digest. */
const repositoryOf = (image: string): string => image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');

/** A file's name without its numbers: `model-7.onnx` follows `model-6.onnx`. */
const stemOf = (name: string): string => name.replace(/\d+/g, '#');

const isFile = ({ role }: BundleItem): boolean => role === 'file' || role === 'model';

const fileBase = (item: BundleItem, before: readonly BundleItem[]): BundleItem | undefined => {
  const alike = before.filter(
    (one) => one.role === item.role && one.arch === item.arch && stemOf(one.what) === stemOf(item.what),
  );
  return alike.find(({ what }) => what === item.what) ?? alike.at(-1);
};

/** The layers of the same image before: of that name, else of that repository. */
const imageBefore = (layer: OrderedLayer, { layers }: DeltaSide): readonly OrderedLayer[] => {
  const alike = layers.filter(
    ({ image, arch }) => arch === layer.arch && repositoryOf(image) === repositoryOf(layer.image),
  );
  const named = alike.filter(({ image }) => image === layer.image);
  const last = alike
    .map(({ image }) => image)
    .toSorted()
    .at(-1);
  return named.length > 0 ? named : alike.filter(({ image }) => image === last);
};

/**
 * Which blob of the bundle before each new blob is best made from. Layers that changed are paired in their order; where their
 * numbers differ, by size. A blob that is missing here comes whole.
 */
export const basesFor = (next: DeltaSide, before: DeltaSide): ReadonlyMap<string, Base> => {
  const known = new Set(before.contents.map(({ digest }) => digest));
  const sizes = new Map([...before.contents, ...next.contents].map(({ digest, size }) => [digest, size]));
  const bases = new Map<string, Base>();
  for (const item of next.contents) {
    const base = isFile(item) && !known.has(item.digest) ? fileBase(item, before.contents) : undefined;
    if (base) bases.set(item.digest, { digest: base.digest, packed: false });
  }
  const away = (one: OrderedLayer, other: OrderedLayer): number =>
    Math.abs((sizes.get(one.digest) ?? 0) - (sizes.get(other.digest) ?? 0));
  for (const layer of next.layers) {
    if (!layer.encoded || known.has(layer.digest) || bases.has(layer.digest)) continue;
    const own = next.layers.filter(({ image, arch }) => image === layer.image && arch === layer.arch);
    const added = own.filter(({ digest }) => !known.has(digest));
    const gone = imageBefore(layer, before).filter(({ digest }) => !own.some((one) => one.digest === digest));
    const [nearest] = gone.toSorted((one, other) => away(one, layer) - away(other, layer));
    const base = added.length === gone.length ? gone[added.indexOf(layer)] : nearest;
    if (base) bases.set(layer.digest, { digest: base.digest, packed: true });
  }
  return bases;
};
