import { asRoot, script } from '../engine/command.ts';
import type { Probe } from '../engine/fact.ts';

/** How long the disk of k3s takes to make a small write last. */
export interface Fsync {
  /** The 99th percentile in milliseconds, of so many writes. */
  readonly p99: number;
  readonly writes: number;
  /** What measured it. */
  readonly by: 'node-helper' | 'dd';
}

/** Fewer of dd's writes may come from a question that was cut off: they make no percentile. */
const LEAST_WRITES = 20;

// $1 is the run. node-helper comes with the question, into a memory file system that only this script sees and that ends with
// it, so that neither a kill leaves anything nor `noexec` hinders it; a slow way has 20 s to bring it. It writes as etcd does its
// log: images/node-helper/fsync.go says how. Where it does not come or run, dd writes 4 KiB at a time into a file that has its
// size already; it times its own write, so what it costs to start dd is not counted. Both take at most 2 s, and where a disk
// is too slow for twenty writes in that time, 10 s. A container is not asked: its disk, and who else writes to it, are the machine's.
const TRY = `[ ! -e /run/systemd/container ] || exit
dir=/var/lib/rancher
while [ ! -d "$dir" ]; do dir=$(dirname "$dir"); done
file=$dir/.edgectl-$1-fsync
trap 'rm -f "$file"' EXIT
trap 'exit 1' HUP INT TERM
unshare --mount sh -c 'mount -t tmpfs -o size=32m,mode=0700 edgectl /run && timeout 20 gzip -dc >/run/node-helper &&
  chmod 700 /run/node-helper && /run/node-helper fsync "$1"' sh "$file" 2>/dev/null && exit
rm -f "$file"
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

const inTenths = (milliseconds: number): number => Math.round(milliseconds * 10) / 10;

const ofHelper = (output: string): Fsync | undefined => {
  const [, p99, writes] =
    /^\{"p50":\d{1,6}(?:\.\d+)?,"p99":(\d{1,6}(?:\.\d+)?),"writes":([1-9]\d{0,5})\}$/m.exec(output) ?? [];
  return p99 === undefined
    ? undefined
    : { p99: inTenths(Number(p99)), writes: Number(writes), by: 'node-helper' };
};

const ofDd = (output: string): Fsync | 'absent' => {
  const seconds = [...output.matchAll(/^(\d{1,3}(?:\.\d+)?(?:e-\d{1,2})?)$/gm)]
    .map(([, text]) => Number(text))
    .sort((a, b) => a - b);
  if (seconds.length < LEAST_WRITES) return 'absent';
  const p99 = seconds[Math.ceil(seconds.length * 0.99) - 1] ?? 0;
  return { p99: inTenths(p99 * 1000), writes: seconds.length, by: 'dd' };
};

/** How fast the disk of k3s makes writes last, measured as etcd writes its log. */
export const fsync: Probe<Fsync | 'absent'> = {
  name: 'fsync',
  ask: (run) => asRoot({ ...script(TRY, run), program: 'node-helper' }),
  sweep: asRoot(script(SWEEP)),
  parse: (output) => ofHelper(output) ?? ofDd(output),
};
