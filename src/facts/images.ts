import { asRoot, script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** An image that edgectl has imported: the digest of its configuration, and its name. */
export interface Imported {
  readonly id: string;
  readonly name: string;
}

/** The images of a node. */
export interface NodeImages {
  /** The digests of what names stand for. Kubernetes gives every image its ID, the configuration's digest, as a second name. */
  readonly digests: Readonly<Record<string, string>>;
  readonly imported: readonly Imported[];
  /** The names of the images that containers are made from; unknown when nobody says so. */
  readonly used: readonly string[] | 'unknown';
}

const READ = `ctr() { "$1" ctr -n k8s.io "$2" ls 2>/dev/null; }
ctr "$1" images
echo ---
cat "$2" 2>/dev/null
echo ---
[ ! -s "$2" ] || ctr "$1" containers`;

/** The first words of the lines of a table of ctr, below its heading; undefined when there is no table. */
const rows = (table: string, heading: RegExp): readonly (readonly string[])[] | undefined => {
  const [first = '', ...lines] = table.split('\n');
  return heading.test(first)
    ? lines.filter((line) => line !== '').map((line) => line.split(/\s+/))
    : undefined;
};

/** What containerd has on a node, and what edgectl has brought there; `absent` when containerd does not answer. */
export const nodeImages = (k3s: string, list: string): Fact<NodeImages | 'absent'> => ({
  name: 'node-images',
  ask: asRoot(script(READ, k3s, list)),
  parse: (output) => {
    const [images = '', imported = '', containers = ''] = output.split(/^---\n/m);
    const found = rows(images, /^REF\s+TYPE\s+DIGEST\s/);
    if (!found) return 'absent';
    return {
      digests: Object.fromEntries(found.map(([name = '', , digest = '']) => [name, digest])),
      imported: imported
        .split('\n')
        .map((line) => line.split(' '))
        .flatMap(([id, name]) => (id && name ? [{ id, name }] : [])),
      used: rows(containers, /^CONTAINER\s+IMAGE\s/)?.map(([, image = '']) => image) ?? 'unknown',
    };
  },
});
