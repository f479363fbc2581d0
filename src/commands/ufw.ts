import { asRoot, type Command, cmd } from '../engine/command.ts';

/** Who is let in, an address or a CIDR, and to which ports by one protocol; without ports to all of them. */
export interface Entry {
  readonly from: string;
  readonly ports?: readonly number[];
  readonly protocol?: 'tcp' | 'udp';
}

const words = ({ from, ports = [], protocol }: Entry): readonly string[] => [
  'allow',
  ...(protocol ? ['proto', protocol] : []),
  'from',
  from,
  'to',
  'any',
  ...(ports.length > 0 ? ['port', ports.join(',')] : []),
];

/** Lets somebody in, now and after every boot; what is allowed already stays as it is. */
export const allow = (entry: Entry): Command => asRoot(cmd('ufw', ...words(entry), 'comment', 'edgectl'));

/** Takes that back. */
export const forget = (entry: Entry): Command => asRoot(cmd('ufw', 'delete', ...words(entry)));
