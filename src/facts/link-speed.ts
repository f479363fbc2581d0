import { script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

// Only links with hardware below them: a node has a veth for each of its pods. One that is down refuses to be read.
const READ = `for link in /sys/class/net/*; do
  [ -e "$link/device" ] && { read -r speed < "$link/speed"; } 2>/dev/null && echo "\${link##*/} $speed"
done`;

/** Mbit/s by network device, as far as the drivers know it. */
export const linkSpeed: Fact<Readonly<Record<string, number>> | 'absent'> = {
  name: 'link-speed',
  ask: script(READ),
  parse: (output) => {
    const lines = [...output.matchAll(/^(\S+) (\d{1,9})$/gm)];
    const speeds = lines.map(([, device = '', speed]) => [device, Number(speed)] as const);
    return speeds.length > 0 ? Object.fromEntries(speeds) : 'absent';
  },
};
