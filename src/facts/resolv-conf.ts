import { script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

const FILES = ['/etc/resolv.conf', '/run/systemd/resolve/resolv.conf'] as const;
const READ = `for file; do
  [ ! -r "$file" ] || sed -n "s|^nameserver[[:space:]]*|$file |p" "$file"
done`;

const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1';

/**
 * The resolv.conf that pods can use, which has a name server that is not loopback: the machine's own, else the one that
 * systemd-resolved keeps. `loopback` when there are only servers that no pod can reach, `absent` when there are none.
 */
export const resolvConf: Fact<(typeof FILES)[number] | 'loopback' | 'absent'> = {
  name: 'resolv-conf',
  ask: script(READ, ...FILES),
  parse: (output) => {
    const servers = [...output.matchAll(/^(\/\S+) (\S+)/gm)];
    const usable = servers.find(([, , address = '']) => !isLoopback(address))?.[1];
    const file = FILES.find((name) => name === usable);
    return file ?? (servers.length > 0 ? 'loopback' : 'absent');
  },
};
