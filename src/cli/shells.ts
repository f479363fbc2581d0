import { appendFileSync, mkdirSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { connectLocal } from '../adapters/local/local-shell.ts';
import { connect } from '../adapters/ssh/connect.ts';
import type { ConnectOptions } from '../adapters/ssh/options.ts';
import { createSlots } from '../adapters/ssh/slots.ts';
import { readSshConfig } from '../adapters/ssh/ssh-config-files.ts';
import type { Shell } from '../ports/shell.ts';
import type { Shells } from '../ports/shells.ts';
import type { Host } from '../spec/cluster.ts';
import { askSecret } from './ask-secret.ts';

/** How this machine connects, from its environment, its `~/.ssh` and the cluster's state folder. */
const connectOptions = (of: {
  readonly state: string;
  readonly acceptNewHostKeys: boolean;
}): ConnectOptions => {
  const home = process.env['HOME'] ?? homedir();
  const own = join(of.state, 'known_hosts');
  const agent = process.env['SSH_AUTH_SOCK'];
  return {
    secrets: {
      passphrase: askSecret('EDGECTL_SSH_PASSPHRASE', 'Passphrase of the SSH key'),
      password: askSecret('EDGECTL_SSH_PASSWORD', 'SSH password'),
      sudoPassword: askSecret('EDGECTL_SUDO_PASSWORD', 'sudo password'),
    },
    knownHosts: [own, join(home, '.ssh/known_hosts'), '/etc/ssh/ssh_known_hosts'],
    acceptNewHostKeys: of.acceptNewHostKeys,
    record: async (line) => {
      mkdirSync(dirname(own), { recursive: true, mode: 0o700 });
      appendFileSync(own, `${line}\n`, { mode: 0o600 });
    },
    sshConfig: [join(home, '.ssh/config'), '/etc/ssh/ssh_config'].flatMap(
      (file) => readSshConfig(file, home) ?? [],
    ),
    ...(agent === undefined ? {} : { agent }),
    home,
    localUser: userInfo().username,
  };
};

// A handshake is mostly arithmetic: more of them at once only make each one slower, up to its time-out.
const HANDSHAKES = 32;

/** The connections of one run: one a machine, opened when first wanted and then shared. */
export const machineShells = (of: {
  readonly state: string;
  readonly acceptNewHostKeys: boolean;
}): Shells => {
  const options = connectOptions(of);
  const open = new Map<string, Promise<Shell>>();
  const handshakes = createSlots(HANDSHAKES);
  const reach = (host: Host): Promise<Shell> =>
    handshakes.use(
      () => connect(host, options),
      () => new Error('a connection is never full'),
    );
  return {
    open(host) {
      const known = open.get(host.key);
      if (known) return known;
      const opening = host.local ? connectLocal(host, options) : reach(host);
      open.set(host.key, opening);
      // A failed try is not kept: whoever asks next, after a reboot or a cut link, tries anew.
      opening.catch(() => open.delete(host.key));
      return opening;
    },
    async drop(host) {
      const known = open.get(host.key);
      open.delete(host.key);
      await known?.then((shell) => shell.close()).catch(() => {});
    },
    async close() {
      const all = [...open.values()];
      open.clear();
      await Promise.all(all.map((one) => one.then((shell) => shell.close()).catch(() => {})));
    },
  };
};
