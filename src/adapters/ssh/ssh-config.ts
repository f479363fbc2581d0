import SSHConfig from 'ssh-config';

/** What ssh config files say of a host; a field is absent where they say nothing. */
export interface Configured {
  readonly hostName?: string;
  readonly port?: number;
  readonly user?: string;
  readonly identityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  readonly proxyJump?: string;
}

const listed = (value: string | string[] | undefined): readonly string[] =>
  value === undefined ? [] : [value].flat();

const one = (texts: readonly Record<string, string | string[]>[], keyword: string): string | undefined =>
  texts.map((text) => listed(text[keyword])[0]).find((value) => value !== undefined);

/**
 * Looks a host up in ssh config texts; what comes first wins, as in ssh. `Match exec` is never run, because a lookup
 * must not start programs.
 */
export const lookUp = (texts: readonly string[], host: string): Configured => {
  const found = texts.map((text) =>
    SSHConfig.parse(text).compute(host, { ignoreCase: true, matchExec: false }),
  );
  const hostName = one(found, 'hostname')?.replaceAll('%h', host);
  const port = one(found, 'port');
  const user = one(found, 'user');
  const proxyJump = one(found, 'proxyjump');
  return {
    ...(hostName === undefined ? {} : { hostName }),
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(user === undefined ? {} : { user }),
    ...(proxyJump === undefined || proxyJump === 'none' ? {} : { proxyJump }),
    identityFiles: found.flatMap(({ identityfile }) => listed(identityfile)),
    identitiesOnly: one(found, 'identitiesonly')?.toLowerCase() === 'yes',
  };
};
