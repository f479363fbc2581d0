import { MARK, redactor } from './redact.ts';

declare const scrubbed: unique symbol;

/** Text from which secrets were taken. Only a scrubber makes it, so what wants it cannot be handed any other. */
export type Scrubbed = string & { readonly [scrubbed]: true };

/** Takes secrets out of a text. */
export type Scrub = (text: string) => Scrubbed;

// A key's value, quoted or not, also in JSON that stands in JSON.
const NAMED =
  /((?:passw(?:or)?d|passphrase|token|secret|credential|api[-_]?key|key-data)[\w.-]{0,40}\\?["']?[ \t]*[:=][ \t]*\\?["']?)[^\s"'\\,;&{}[\]]+/gi;

/** What secrets look like, and what stays of them: nobody has told us of these. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g, MARK],
  // A PEM frame in base64, as kubeconfigs hold it.
  [/LS0tLS1CRUdJTi[A-Za-z0-9+/=_-]{20,}/g, MARK],
  // k3s's own tokens: K10, the hash of the CA, who, and the secret.
  [/K10[0-9a-f]{64}::[^\s"'\\]+/g, MARK],
  [/\b[a-z0-9]{6}\.[a-z0-9]{16}\b/g, MARK],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]+/g, MARK],
  [/\b(Bearer|Basic)[ \t]+[\w+/=.~-]{6,}/gi, `$1 ${MARK}`],
  [/:\/\/[^\s/@"'\\]+@/g, `://${MARK}@`],
  [NAMED, `$1${MARK}`],
];

/**
 * A scrubber that knows these secrets in all their forms, and what tokens, keys, passwords and logins look like. What looks
 * like one and is none goes too: a helper can do without.
 */
export const scrubber = (secrets: readonly string[]): Scrub => {
  const known = redactor(secrets);
  return (text) =>
    SHAPES.reduce((rest, [shape, stays]) => rest.replaceAll(shape, stays), known(text)) as Scrubbed;
};
