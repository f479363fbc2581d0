import { asRoot, cmd, script } from '../engine/command.ts';
import type { Fact, Probe } from '../engine/fact.ts';

/** An IPv4 address of the machine with the length of its network prefix. */
export interface Address {
  readonly device: string;
  readonly address: string;
  readonly prefix: number;
}

/** The machine's IPv4 addresses, loopback left out. */
export const addresses: Fact<readonly Address[] | 'absent'> = {
  name: 'addresses',
  ask: cmd('ip', '-4', '-o', 'address', 'show', 'scope', 'global'),
  parse: (output) => {
    const lines = output.matchAll(/^\d+: (\S+)\s+inet (\d+\.\d+\.\d+\.\d+)\/(\d+)\b/gm);
    const found = [...lines].map(([, device = '', address = '', prefix]) => ({
      device,
      address,
      prefix: Number(prefix),
    }));
    return found.length > 0 ? found : 'absent';
  },
};

/** The entry of one address among those that a machine tells; undefined when it has no such address. */
export const addressOf = (found: readonly Address[] | 'absent', address: string): Address | undefined =>
  found === 'absent' ? undefined : found.find((one) => one.address === address);

/** The device of the IPv4 default route that wins, which has the lowest metric. */
export const defaultRoute: Fact<{ readonly device: string } | 'absent'> = {
  name: 'default-route',
  ask: cmd('ip', '-4', '-o', 'route', 'show', 'default'),
  parse: (output) => {
    const routes = [...output.matchAll(/^default\b.*?\bdev (\S+)(?:.*?\bmetric (\d+))?/gm)];
    const [best] = routes
      .map(([, device = '', metric = '0']) => ({ device, metric: Number(metric) }))
      .sort((a, b) => a.metric - b.metric);
    return best ? { device: best.device } : 'absent';
  },
};

// $1 is the link. A flannel link of a running cluster is proof enough and spares the try. The trap removes the link on
// every way out but SIGKILL; `sweep` is for that one.
const TRY = `[ ! -e /sys/class/net/flannel.1 ] || { echo works; exit; }
trap 'ip link delete "$1" 2>/dev/null' EXIT
trap 'exit 1' HUP INT TERM
ip link add "$1" type vxlan id 7000 dstport 0 && echo works`;

const SWEEP = `for link in /sys/class/net/ectl-*; do
  [ ! -e "$link" ] || ip link delete "\${link##*/}"
done`;

/** Whether the kernel can make vxlan links, which flannel's default backend needs: only making one tells. */
export const vxlan: Probe<'works' | 'absent'> = {
  name: 'vxlan',
  // A link's name has at most 15 characters, so only the end of the run id fits.
  ask: (run) => asRoot(script(TRY, `ectl-${run.slice(-10)}`)),
  sweep: asRoot(script(SWEEP)),
  parse: (output) => (output.trim() === 'works' ? 'works' : 'absent'),
};
