/** What only the operator knows. Asked when it is needed, at most once; never kept in a message. */
export interface Secrets {
  /** Of an encrypted private key. */
  readonly passphrase: () => Promise<string | undefined>;
  /** Of the login user, where a host wants one. */
  readonly password: () => Promise<string | undefined>;
  readonly sudoPassword: () => Promise<string | undefined>;
}

/** How this machine connects. Connections with the same options object share parsed keys and bastions. */
export interface ConnectOptions {
  readonly secrets: Secrets;
  /** Paths of known_hosts files; one that does not exist counts as empty. */
  readonly knownHosts: readonly string[];
  /** Whether a host that nothing knows is believed once, and recorded. */
  readonly acceptNewHostKeys: boolean;
  /** Keeps an accepted key: a whole known_hosts line without its newline. */
  readonly record: (line: string) => Promise<void>;
  /** Texts of ssh config files; in doubt the earlier one wins. */
  readonly sshConfig: readonly string[];
  /** Path of the agent's socket, `SSH_AUTH_SOCK`. */
  readonly agent?: string;
  /** Stands for `~`. */
  readonly home: string;
  /** The name of the person at this machine, `%u` in ssh config. */
  readonly localUser: string;
  readonly timeouts?: {
    /** Milliseconds for one step of connecting; 15,000 when absent. */
    readonly connectMs?: number;
    /** Milliseconds between signs of life, four of which may be missed; 5,000 when absent. */
    readonly aliveMs?: number;
  };
}
