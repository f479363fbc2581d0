import type { Host } from '../../spec/cluster.ts';
import { atHome } from './home.ts';
import { knownName } from './known-hosts.ts';
import type { ConnectOptions } from './options.ts';
import { type Configured, lookUp } from './ssh-config.ts';

/** One machine on the way, with all that is needed to log in there. */
export interface Hop {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** What known_hosts files may call it. */
  readonly names: readonly string[];
  /** `hostKey` of cluster.yaml. */
  readonly hostKey?: string;
  /** Key files that somebody named, in order; empty: the agent, then the usual ones. */
  readonly keyFiles: readonly string[];
  /** The agent may only offer the keys of `keyFiles`. */
  readonly identitiesOnly: boolean;
  /** The key comes from cluster.yaml: it is the only one, and has to be usable. */
  readonly keyIsGiven: boolean;
}

type Config = Pick<ConnectOptions, 'sshConfig' | 'home' | 'localUser'>;

/** What is said of a hop apart from ssh config; that wins. */
interface Said {
  readonly address: string;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  readonly key?: string | undefined;
  readonly hostKey?: string | undefined;
}

const MOST_JUMPS = 8;

/** `user@host:port` of ProxyJump, where user and port may be missing. */
const readJump = (text: string): Said => {
  const [, user, bracketed, plain, port] =
    /^(?:ssh:\/\/)?(?:([^@]+)@)?(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(text.trim()) ?? [];
  return {
    address: bracketed ?? plain ?? text.trim(),
    user,
    port: port === undefined ? undefined : Number(port),
  };
};

const hopOf = (said: Said, found: Configured, fallbackUser: string, { home, localUser }: Config): Hop => {
  const address = found.hostName ?? said.address;
  const port = said.port ?? found.port ?? 22;
  const user = said.user ?? found.user ?? fallbackUser;
  const tokens: Readonly<Record<string, string>> = { d: home, h: address, r: user, u: localUser, '%': '%' };
  const file = (path: string): string =>
    atHome(path, home).replace(/%([dhru%])/g, (whole, letter: string) => tokens[letter] ?? whole);
  return {
    address,
    port,
    user,
    names: [...new Set([knownName(address, port), knownName(said.address, port)])],
    ...(said.hostKey === undefined ? {} : { hostKey: said.hostKey }),
    keyFiles: said.key === undefined ? found.identityFiles.map(file) : [atHome(said.key, home)],
    identitiesOnly: found.identitiesOnly,
    keyIsGiven: said.key !== undefined,
  };
};

/** The hops that a ProxyJump line names, the first of them reached as its own ssh config says. */
const jumps = (line: string, config: Config, fallbackUser: string, left: number): readonly Hop[] => {
  const said = line.split(',').map(readJump);
  return said.flatMap((one, i) => {
    const found = lookUp(config.sshConfig, one.address);
    const before =
      i === 0 && found.proxyJump !== undefined && left > 0
        ? jumps(found.proxyJump, config, fallbackUser, left - 1)
        : [];
    return [...before, hopOf(one, found, fallbackUser, config)];
  });
};

/** The way to a host, the host last. What cluster.yaml says wins over ssh config; a user that nobody names is root. */
export const routeTo = ({ address, ssh }: Host, config: Config): readonly Hop[] => {
  const found = lookUp(config.sshConfig, address);
  const { user, port, key, hostKey, bastion } = ssh;
  const last = hopOf({ address, user, port, key, hostKey }, found, 'root', config);
  if (bastion) {
    const said = { ...bastion, key };
    return [hopOf(said, lookUp(config.sshConfig, bastion.address), last.user, config), last];
  }
  if (found.proxyJump === undefined) return [last];
  return [...jumps(found.proxyJump, config, last.user, MOST_JUMPS), last];
};
