import { script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** The machine's own SSH keys, public halves, as their base64 text. */
export const sshHostKeys: Fact<readonly string[] | 'absent'> = {
  name: 'ssh-host-keys',
  ask: script('cat /etc/ssh/ssh_host_*_key.pub'),
  parse: (output) => {
    const keys = [...output.matchAll(/^(?:ssh|ecdsa)-\S+ ([A-Za-z0-9+/=]{40,2000})(?=\s|$)/gm)];
    return keys.length > 0 ? keys.map(([, key = '']) => key).sort() : 'absent';
  },
};
