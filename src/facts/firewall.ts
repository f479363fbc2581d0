import { asRoot, script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** Something that a firewall lets in: from whom (`any` or a CIDR), to which ports (`any`, `6443`, `2379:2380`), by `tcp`, `udp` or `any`. */
export interface Opening {
  readonly from: string;
  readonly ports: string;
  readonly protocol: string;
}

/** The firewall that is at work, and what it lets in. */
export interface Firewall {
  readonly name: 'ufw' | 'firewalld' | 'none';
  readonly openings: readonly Opening[];
}

const READ = `status=$(ufw status 2>/dev/null) && echo "$status" | sed 's/^/ufw /'
if [ "$(firewall-cmd --state 2>/dev/null)" = running ]; then
  firewall-cmd --list-all 2>/dev/null | sed 's/^ */firewalld /'
  firewall-cmd --zone=trusted --list-sources 2>/dev/null | sed 's/^/firewalld trusted: /'
fi
echo end`;

const ofUfw = (output: string): readonly Opening[] =>
  [...output.matchAll(/^ufw (\S+)( on \S+)?\s+(?:ALLOW|LIMIT)(?: IN)?\s+(\S+)/gm)].map(
    ([, to = '', , from = '']) => {
      const [ports = '', protocol = 'any'] = to.split('/');
      return {
        from: from === 'Anywhere' ? 'any' : from,
        ports: ports === 'Anywhere' ? 'any' : ports,
        protocol: ports === 'Anywhere' ? 'any' : protocol,
      };
    },
  );

const ofFirewalld = (output: string): readonly Opening[] => {
  const words = (key: string): readonly string[] =>
    new RegExp(`^firewalld ${key}: (.+)$`, 'm').exec(output)?.[1]?.split(' ') ?? [];
  return [
    ...words('ports').map((word) => {
      const [ports = '', protocol = 'any'] = word.split('/');
      return { from: 'any', ports: ports.replace('-', ':'), protocol };
    }),
    ...[...words('sources'), ...words('trusted')].map((from) => ({ from, ports: 'any', protocol: 'any' })),
  ];
};

/** What a firewall with a front end of its own lets in; plain rules are told by `rule-sets`. */
export const firewall: Fact<Firewall | 'absent'> = {
  name: 'firewall',
  ask: asRoot(script(READ)),
  parse: (output) => {
    if (!/^end$/m.test(output)) return 'absent';
    if (/^ufw Status: active$/m.test(output)) return { name: 'ufw', openings: ofUfw(output) };
    if (/^firewalld /m.test(output)) return { name: 'firewalld', openings: ofFirewalld(output) };
    return { name: 'none', openings: [] };
  },
};
