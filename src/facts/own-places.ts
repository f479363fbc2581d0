import { script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** The file system that a folder lies on, and how it is mounted. */
export interface Place {
  readonly path: string;
  /** `ext4` */
  readonly type: string;
  readonly readOnly: boolean;
}

/** Where edgectl and k3s write beside `/var/lib/rancher`. */
const PLACES = ['/etc', '/usr/local', '/var/lib'];

const READ = `for path; do
  findmnt -n -r -o FSTYPE,OPTIONS -T "$path" | tail -n 1 | sed "s,^,place $path ,"
done`;

/** The file systems of what belongs to a node's system. A board may have a read-only root, or one whose changes a reboot undoes. */
export const ownPlaces: Fact<readonly Place[] | 'absent'> = {
  name: 'own-places',
  ask: script(READ, ...PLACES),
  parse: (output) => {
    const lines = [...output.matchAll(/^place (\/\S*) (\S+) (\S+)$/gm)];
    const places = lines.map(([, path = '', type = '', options = '']) => ({
      path,
      type,
      readOnly: options.split(',').includes('ro'),
    }));
    return places.length > 0 ? places : 'absent';
  },
};
