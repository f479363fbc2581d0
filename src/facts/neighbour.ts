import { script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

// A machine that answers no ping still answers ARP, so the neighbour table is what counts.
const ASK = `command -v ping >/dev/null || exit
ping -n -c 1 -W 1 "$1" >/dev/null 2>&1
ip -4 neigh show "$1" | sed -n 's/.* lladdr \\([^ ]*\\) .*/taken \\1/p'
ip -4 -o address show | grep -qF " $1/" && echo own
echo asked`;

/** Who answers on an address of the segment: a hardware address, `own` for this machine, `free` for nobody. */
export const neighbour = (address: string): Fact<string> => ({
  name: 'neighbour',
  ask: script(ASK, address),
  parse: (output) => {
    if (!/^asked$/m.test(output)) return 'absent';
    return /^own$/m.test(output) ? 'own' : (/^taken ([\da-f:]{17})$/m.exec(output)?.[1] ?? 'free');
  },
});
