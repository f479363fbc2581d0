import type { ConnectOptions } from '../../src/adapters/ssh/options.ts';
import type { Line } from '../../src/ports/shell.ts';
import type { Host, SshAccess } from '../../src/spec/cluster.ts';

/** A host of the loopback, as cluster.yaml would say it. */
export const hostAt = (ssh: SshAccess, address = '127.0.0.1'): Host => ({
  key: 'board-1',
  address,
  duty: 'board',
  role: 'auto',
  labels: {},
  taints: [],
  local: false,
  ssh,
});

const nothing = async () => undefined;

/** Options that know nothing of the person who runs the tests: no agent, no config, an empty home. */
export const options = (more: Partial<ConnectOptions> = {}): ConnectOptions => ({
  secrets: { passphrase: nothing, password: nothing, sudoPassword: nothing },
  knownHosts: [],
  acceptNewHostKeys: false,
  record: async () => {},
  sshConfig: [],
  home: '/nonexistent',
  localUser: 'tester',
  ...more,
});

/** A command line of the login user. */
export const line = (...argv: readonly string[]): Line => ({ argv, root: false, withinMs: 10_000 });
