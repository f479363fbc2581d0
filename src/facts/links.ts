import { script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** A network link with hardware below it, or the end of a container's cable. */
export interface Link {
  /** Bytes of the largest packet. */
  readonly mtu: number;
  /** The hardware's address. */
  readonly mac: string;
  readonly wireless: boolean;
  /** Its IPv4 addresses come from a lease that can end. */
  readonly dynamic: boolean;
  /** Mbit/s; absent where the driver does not know. */
  readonly speed?: number;
  readonly duplex?: 'full' | 'half';
  /** Packets that came in since boot, and how many of them were damaged. */
  readonly packets: number;
  readonly damaged: number;
}

const READ = `ip -4 -o address show scope global | sed -n 's/^[0-9]*: \\([^ ]*\\) .* dynamic .*/dynamic \\1/p'
for path in /sys/class/net/*; do
  link=\${path##*/}
  case $link in lo|veth*|cni*|flannel*|docker*|br-*|virbr*|tun*|tap*) continue;; esac
  mtu=0 mac=- speed=-1 duplex=- packets=0 damaged=0
  { read -r mtu < "$path/mtu"; read -r mac < "$path/address"; read -r speed < "$path/speed"
    read -r duplex < "$path/duplex"; read -r packets < "$path/statistics/rx_packets"
    read -r damaged < "$path/statistics/rx_errors"; } 2>/dev/null
  [ -e "$path/wireless" ] || [ -e "$path/phy80211" ] && air=air || air=wire
  echo "link $link $mtu $mac $air $speed $duplex $packets $damaged"
done`;

/** The machine's own network links by name. */
export const links: Fact<Readonly<Record<string, Link>> | 'absent'> = {
  name: 'links',
  ask: script(READ),
  parse: (output) => {
    const leased = new Set([...output.matchAll(/^dynamic (\S+)$/gm)].map(([, link]) => link));
    const lines = output.matchAll(
      /^link (\S+) (\d{1,6}) (\S+) (air|wire) (-?\d{0,9}) (\S*) (\d{1,20}) (\d{1,20})$/gm,
    );
    const found = [...lines].map(([, link = '', mtu, mac = '', air, speed, duplex, packets, damaged]) => {
      const value: Link = {
        mtu: Number(mtu),
        mac,
        wireless: air === 'air',
        dynamic: leased.has(link),
        ...(Number(speed) > 0 ? { speed: Number(speed) } : {}),
        ...(duplex === 'full' || duplex === 'half' ? { duplex } : {}),
        packets: Number(packets),
        damaged: Number(damaged),
      };
      return [link, value] as const;
    });
    return found.length > 0 ? Object.fromEntries(found) : 'absent';
  },
};
