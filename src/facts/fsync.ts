import { asRoot, script } from '../engine/command.ts';
import type { Probe } from '../engine/fact.ts';

/** How long the disk of k3s takes to make a small write last: the 99th percentile in milliseconds, of so many writes. */
export interface Fsync {
  readonly p99: number;
  readonly writes: number;
}

/** Fewer writes make no percentile. */
const LEAST_WRITES = 20;

// $1 is the run. etcd's log is written into a file that has its size already, 4 KiB and less at a time, each made to last
// before the next. dd times its own write, so what it costs to start dd is not counted. At most 2 s, and where a disk is too
// slow for twenty writes in that time, 10 s. A container is not asked: its disk, and who else writes to it, are the machine's.
const TRY = `[ ! -e /run/systemd/container ] || exit
dir=/var/lib/rancher
while [ ! -d "$dir" ]; do dir=$(dirname "$dir"); done
file=$dir/.edgectl-$1-fsync
trap 'rm -f "$file"' EXIT
trap 'exit 1' HUP INT TERM
dd if=/dev/zero of="$file" bs=4096 count=100 conv=fsync 2>/dev/null || exit
read -r up _ < /proc/uptime
end=$((\${up%.*} + 2))
block=0
while [ $block -lt 100 ]; do
  dd if=/dev/zero of="$file" bs=4096 count=1 seek=$block conv=notrunc oflag=dsync 2>&1 |
    sed -n 's/^4096 bytes.*copied, \\([^ ]*\\) s.*/\\1/p'
  block=$((block + 1))
  read -r up _ < /proc/uptime
  [ \${up%.*} -lt $end ] || [ $block -lt ${LEAST_WRITES} ] || break
  [ \${up%.*} -lt $((end + 8)) ] || break
done`;

const SWEEP = `dir=/var/lib/rancher
while [ ! -d "$dir" ]; do dir=$(dirname "$dir"); done
rm -f "$dir"/.edgectl-*-fsync`;

/** How fast the disk of k3s makes writes last, measured as etcd writes its log. */
export const fsync: Probe<Fsync | 'absent'> = {
  name: 'fsync',
  ask: (run) => asRoot(script(TRY, run)),
  sweep: asRoot(script(SWEEP)),
  parse: (output) => {
    const seconds = [...output.matchAll(/^(\d{1,3}(?:\.\d+)?(?:e-\d{1,2})?)$/gm)]
      .map(([, text]) => Number(text))
      .sort((a, b) => a - b);
    if (seconds.length < LEAST_WRITES) return 'absent';
    const p99 = seconds[Math.ceil(seconds.length * 0.99) - 1] ?? 0;
    return { p99: Math.round(p99 * 10_000) / 10, writes: seconds.length };
  },
};
