/** What gpgv found: signatures that count, and why the others do not. */
export interface GpgvVerdict {
  readonly good: boolean;
  /** A signature does not fit what it signs, or there are several texts: then no other one counts. */
  readonly bad: boolean;
  /** One text for each signature that does not count: `the key 0123… is not in the keyring`. */
  readonly reasons: readonly string[];
}

// RFC 9580, 9.5: MD5, SHA-1 and RIPEMD-160 can be forged, or nearly so.
const WEAK = ['1', '2', '3'];

const REASONS: Readonly<Record<string, (key: string) => string>> = {
  BADSIG: (key) => `the signature by the key ${key} does not fit: it was changed`,
  EXPSIG: (key) => `the signature by the key ${key} has expired`,
  EXPKEYSIG: (key) => `the key ${key} has expired`,
  REVKEYSIG: (key) => `the key ${key} was revoked`,
  NO_PUBKEY: (key) => `the key ${key} is not in the keyring`,
};

interface Signature {
  readonly good: boolean;
  readonly bad: boolean;
  readonly reason: string | undefined;
}

/** One signature out of its lines, each in words: a good one has GOODSIG, and VALIDSIG with a hash that is no weak one. */
const judge = (lines: readonly (readonly string[])[]): Signature => {
  const found = (word: string) => lines.find(([first]) => first === word);
  const told = lines.find(([word = '']) => Object.hasOwn(REASONS, word));
  if (told) {
    const [word = '', key = ''] = told;
    return { good: false, bad: word === 'BADSIG', reason: REASONS[word]?.(key) };
  }
  const [, fingerprint, , , , , , , hash = ''] = found('VALIDSIG') ?? [];
  if (!found('GOODSIG') || fingerprint === undefined)
    return {
      good: false,
      bad: false,
      reason: `the signature by ${found('ERRSIG')?.[1] ?? 'a key'} cannot be checked`,
    };
  return WEAK.includes(hash)
    ? { good: false, bad: false, reason: `the signature by the key ${fingerprint} has a weak hash` }
    : { good: true, bad: false, reason: undefined };
};

/** Reads what gpgv writes to its --status-fd (doc/DETAILS of GnuPG): each signature begins with NEWSIG. */
export const readGpgvStatus = (text: string): GpgvVerdict => {
  const signatures: string[][][] = [];
  let texts = 0;
  for (const line of text.split('\n')) {
    const words = line.startsWith('[GNUPG:] ') ? line.slice('[GNUPG:] '.length).split(' ') : [];
    if (words[0] === 'PLAINTEXT') texts += 1;
    if (words[0] === 'NEWSIG') signatures.push([]);
    else signatures.at(-1)?.push(words);
  }
  const judged = signatures.map(judge);
  return {
    good: judged.some(({ good }) => good),
    bad: texts > 1 || judged.some(({ bad }) => bad),
    reasons: [
      ...(texts > 1 ? ['it holds more than one text'] : []),
      ...judged.flatMap(({ reason }) => reason ?? []),
    ],
  };
};
