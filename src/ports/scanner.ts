/** A machine that answers as an SSH server. */
export interface Found {
  readonly address: string;
  readonly port: number;
  /** The whole public key, `ssh-ed25519 AAAA…`. */
  readonly hostKey: string;
  /** `SHA256:…` */
  readonly fingerprint: string;
  /** What the server calls itself. */
  readonly banner: string;
}

/** Looks for SSH servers, without logging in anywhere. */
export interface Scanner {
  scan(addresses: readonly string[], port: number): Promise<readonly Found[]>;
}
