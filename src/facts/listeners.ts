import { asRoot, cmd } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** A port that somebody listens on; `program` is '' where it is the kernel. */
export interface Listener {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  readonly program: string;
}

/** Who listens on which port. `absent` where `ss` is missing, or nobody listens at all. */
export const listeners: Fact<readonly Listener[] | 'absent'> = {
  name: 'listeners',
  ask: asRoot(cmd('ss', '-H', '-l', '-n', '-t', '-u', '-p')),
  parse: (output) => {
    const lines = output.matchAll(
      /^(tcp|udp)\s+(?:LISTEN|UNCONN)\s+\d+\s+\d+\s+\S+:(\d{1,5})\s+\S+(?:\s+users:\(\("([^"]*)")?/gm,
    );
    const found = [...lines].map(([, protocol, port, program = '']) => ({
      protocol: protocol as Listener['protocol'],
      port: Number(port),
      program,
    }));
    return found.length > 0 ? found : 'absent';
  },
};
