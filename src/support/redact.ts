/** What stands where a secret was. */
export const MARK = '‹redacted›';
// Shorter ones would tear holes into ordinary words, and are guessed sooner than read.
const LEAST = 6;

/** Base64 of a text inside a longer one: each of the three alignments, without the letters its neighbours share. */
const inBase64 = (text: string): readonly string[] => {
  const length = Buffer.byteLength(text);
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]).toString('base64');
    const first = Math.ceil((shift * 8) / 6);
    return encoded.slice(first, Math.floor(((shift + length) * 8) / 6));
  });
};

/** The forms in which a secret can turn up: as it is, quoted for a shell, in JSON, in a URL, in base64. */
const formsOf = (secret: string): readonly string[] => {
  const encoded = inBase64(secret);
  return [
    secret,
    secret.replaceAll("'", String.raw`'\''`),
    JSON.stringify(secret).slice(1, -1),
    // A lone half of a surrogate pair has no UTF-8.
    encodeURIComponent(secret.replace(/\p{Surrogate}/gu, '\ufffd')),
    Buffer.from(secret).toString('base64'),
    ...encoded,
    ...encoded.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ].filter((form) => form.length >= LEAST);
};

// A key file is one secret of many lines, and a tool may print only one of them; its PEM frame is public.
const linesOf = (secret: string): readonly string[] => {
  const lines = secret.split('\n').map((line) => line.trim());
  return lines.length < 2 ? [] : lines.filter((line) => line.length >= 16 && !line.startsWith('-----'));
};

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);

/**
 * Takes secrets out of texts: each one, and its shell-quoted, JSON, URL and base64 forms, becomes ‹redacted›. Secrets shorter
 * than 6 characters are left alone.
 */
export const redactor = (secrets: readonly string[]): ((text: string) => string) => {
  const forms = secrets
    .filter((secret) => secret.length >= LEAST)
    .flatMap((secret) => [secret, ...linesOf(secret)])
    .flatMap(formsOf)
    .toSorted((one, other) => other.length - one.length);
  if (forms.length === 0) return (text) => text;
  const any = new RegExp([...new Set(forms)].map(literal).join('|'), 'g');
  return (text) => text.replaceAll(any, MARK);
};

/** A text without these secrets, in any of their forms: the last net before anything is printed. */
export const redact = (text: string, secrets: readonly string[]): string => redactor(secrets)(text);
