import { createHmac } from 'node:crypto';

/** One usable line of a known_hosts file. */
export interface KnownHost {
  readonly marker: 'revoked' | 'cert-authority' | undefined;
  /** `board.lan`, `[10.0.0.1]:2222`, `*.lan`, `!bad.lan`, or `|1|salt|hash`. */
  readonly patterns: readonly string[];
  readonly type: string;
  readonly blob: Buffer;
  /** `known_hosts:12`, for messages. */
  readonly where: string;
}

const LINE = /^(?:@(revoked|cert-authority)\s+)?(\S+)\s+(\S+)\s+(\S+)/;

/** Reads a known_hosts file; lines that say nothing usable are left out, as ssh does. */
export const readKnownHosts = (text: string, path: string): readonly KnownHost[] =>
  text.split('\n').flatMap((line, i) => {
    const [, marker, patterns, type, key] = LINE.exec(line.trim()) ?? [];
    if (patterns === undefined || type === undefined || key === undefined || patterns.startsWith('#'))
      return [];
    return {
      marker: marker as KnownHost['marker'],
      patterns: patterns.split(','),
      type,
      blob: Buffer.from(key, 'base64'),
      where: `${path}:${i + 1}`,
    };
  });

/** How known_hosts files call a port of a machine: the port is left out when it is 22. */
export const knownName = (address: string, port: number): string =>
  port === 22 ? address : `[${address}]:${port}`;

const globs = (pattern: string, name: string): boolean => {
  const escaped = pattern.replace(/[\\^$.+()[\]{}|]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i').test(name);
};

const hashed = (pattern: string, name: string): boolean => {
  const [, version, salt = '', hash] = pattern.split('|');
  if (version !== '1') return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name.toLowerCase()).digest('base64') === hash;
};

const matches = (patterns: readonly string[], name: string): boolean =>
  !patterns.some((pattern) => pattern.startsWith('!') && globs(pattern.slice(1), name)) &&
  patterns.some((pattern) => (pattern.startsWith('|') ? hashed(pattern, name) : globs(pattern, name)));

/** The lines that speak of any of these names. */
export const knownFor = (known: readonly KnownHost[], names: readonly string[]): readonly KnownHost[] =>
  known.filter(({ patterns }) => names.some((name) => matches(patterns, name)));
