/** One way to log in that a server offers (RFC 9110, 11.6.1). Names are lower-case. */
export interface Challenge {
  readonly scheme: string;
  readonly params: Readonly<Record<string, string>>;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const PARAM = new RegExp(`^(${TOKEN})[ \\t]*=[ \\t]*(?:"((?:[^"\\\\]|\\\\.)*)"|(${TOKEN}))`);
const SCHEME = new RegExp(`^(${TOKEN})(?=[ \\t,]|$)`);

/**
 * Reads the header `WWW-Authenticate`, which may hold several challenges. It is total: what is not understood ends the
 * list.
 */
export const readChallenges = (header: string): readonly Challenge[] => {
  const challenges: { scheme: string; params: Record<string, string> }[] = [];
  for (let rest = header; ; ) {
    rest = rest.replace(/^[ \t,]+/, '');
    const [param, name = '', quoted, plain = ''] = PARAM.exec(rest) ?? [];
    const [scheme] = SCHEME.exec(rest) ?? [];
    const last = challenges.at(-1);
    if (param !== undefined && last) {
      last.params[name.toLowerCase()] = quoted?.replace(/\\(.)/g, '$1') ?? plain;
      rest = rest.slice(param.length);
    } else if (scheme !== undefined) {
      challenges.push({ scheme: scheme.toLowerCase(), params: {} });
      rest = rest.slice(scheme.length);
    } else return challenges;
  }
};
