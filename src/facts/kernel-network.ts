import { asRoot, script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** What the kernel can do for the network of pods, by name: the links `veth`, `bridge`, `dummy`, and matches and targets of iptables. */
export type KernelNetwork = Readonly<Record<string, boolean>>;

// All in a network namespace of its own, which ends with the script: no rule, chain, table or link of the machine is
// touched, and there is nothing to sweep. What was loaded for it stays loaded.
const TRY = `command -v unshare >/dev/null && unshare --net true 2>/dev/null || exit
unshare --net sh -c '
try() {
  what=$1
  shift
  if "$@" >/dev/null 2>&1; then echo "$what yes"; else echo "$what no"; fi
}
try veth ip link add ectl-a type veth peer name ectl-b
try bridge ip link add ectl-c type bridge
try dummy ip link add ectl-d type dummy
command -v iptables >/dev/null || exit
try filter iptables -N ECTL
try nat iptables -t nat -N ECTL
match() {
  what=$1
  shift
  try "$what" iptables -A ECTL "$@"
}
match comment -m comment --comment edgectl -j RETURN
match conntrack -m conntrack --ctstate INVALID -j DROP
match addrtype -m addrtype --dst-type LOCAL -j RETURN
match mark -m mark --mark 0x4000/0x4000 -j RETURN
match statistic -m statistic --mode random --probability 0.5 -j RETURN
match multiport -p tcp -m multiport --dports 80,443 -j RETURN
match REJECT -j REJECT
match MARK -j MARK --or-mark 0x4000
try MASQUERADE iptables -t nat -A ECTL -j MASQUERADE
try DNAT iptables -t nat -A ECTL -p tcp -j DNAT --to-destination 192.0.2.1:80
'`;

/** Which links and iptables rules the kernel really makes; `lsmod` proves nothing about it. */
export const kernelNetwork: Fact<KernelNetwork | 'absent'> = {
  name: 'kernel-network',
  ask: asRoot(script(TRY)),
  parse: (output) => {
    const lines = [...output.matchAll(/^(\w+) (yes|no)$/gm)];
    return lines.length > 0
      ? Object.fromEntries(lines.map(([, what = '', word]) => [what, word === 'yes']))
      : 'absent';
  },
};
