import { asRoot, script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

const READ = `for file in /etc/rancher/node/password /var/lib/rancher/k3s/server/token /var/lib/rancher/k3s/server/agent-token /var/lib/rancher/k3s/server/cred/passwd; do
  [ ! -f "$file" ] || base64 -w0 < "$file"
  echo
done`;

// Of `user:password` and `K10…::user:password` the password counts; users' names and the hash of the CA are no secrets.
const LEAST = 12;
const CA_HASH = /^K10[0-9a-f]{64}$/;

/**
 * The secrets that k3s has made on a host, so that they can be taken out of what leaves it. The values never leave this
 * process's memory.
 */
export const hostSecrets: Fact<readonly string[]> = {
  name: 'host-secrets',
  ask: asRoot(script(READ)),
  parse: (output) => {
    const texts = output.split('\n').map((line) => Buffer.from(line, 'base64').toString('utf8'));
    const words = texts
      .flatMap((text) => text.split(/[\s,:]+/))
      .filter((word) => word.length >= LEAST && !CA_HASH.test(word));
    return [...new Set(words)];
  },
};
