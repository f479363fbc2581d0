import { script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

// Before k3s is there, its folder is not: then the file system that would take it counts.
const READ = `dir=$1
while [ ! -d "$dir" ]; do dir=$(dirname "$dir"); done
df -P -k "$dir"`;

/** MiB that are free where k3s keeps everything. */
export const freeDisk: Fact<number | 'absent'> = {
  name: 'free-disk',
  ask: script(READ, '/var/lib/rancher'),
  parse: (output) => {
    const kib = /^\S.*?\s\d+\s+\d+\s+(\d{1,15})\s+(?:\d+%|-)\s+\//m.exec(output)?.[1];
    return kib === undefined ? 'absent' : Math.floor(Number(kib) / 1024);
  },
};
