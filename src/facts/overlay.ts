import { asRoot, script } from '../engine/command.ts';
import type { Probe } from '../engine/fact.ts';

// $1 is the run. The mount is made in a namespace of its own, which ends with the script: nothing is left to unmount.
const TRY = `dir=/var/lib/rancher
while [ ! -d "$dir" ]; do dir=$(dirname "$dir"); done
scratch=$dir/.edgectl-$1-overlay
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$scratch" "$scratch/lower" "$scratch/upper" "$scratch/work" "$scratch/merged" || exit
unshare --mount sh -c 'cd "$1" && mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work overlay merged &&
  : > merged/file' sh "$scratch" 2>&1 && echo works || echo fails`;

const SWEEP = `dir=/var/lib/rancher
while [ ! -d "$dir" ]; do dir=$(dirname "$dir"); done
rm -rf "$dir"/.edgectl-*-overlay`;

/** Whether the kernel makes overlay mounts on the file system of k3s, which every container is: only making one tells. */
export const overlay: Probe<'works' | 'fails' | 'absent'> = {
  name: 'overlay',
  ask: (run) => asRoot(script(TRY, run)),
  sweep: asRoot(script(SWEEP)),
  parse: (output) => {
    const word = output.trim().split('\n').at(-1);
    return word === 'works' || word === 'fails' ? word : 'absent';
  },
};
