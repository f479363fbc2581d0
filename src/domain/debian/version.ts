interface Version {
  readonly epoch: string;
  readonly upstream: string;
  readonly revision: string;
}

/** Whether a text is a version as Debian Policy 5.6.12 has it: [epoch:]upstream[-revision]. */
export const isVersion = (text: string): boolean => /^(?:\d+:[0-9A-Za-z.+~:-]+|[0-9A-Za-z.+~-]+)$/.test(text);

const split = (text: string): Version => {
  const [, epoch = '0', rest = ''] = /^(?:(\d+):)?(.*)$/s.exec(text) ?? [];
  const dash = rest.lastIndexOf('-');
  return dash === -1
    ? { epoch, upstream: rest, revision: '' }
    : { epoch, upstream: rest.slice(0, dash), revision: rest.slice(dash + 1) };
};

/** "~" comes before the end of the text, the end before letters, letters before all else. */
const weight = (char: string | undefined): number => {
  if (char === undefined) return 0;
  if (char === '~') return -1;
  const code = char.charCodeAt(0);
  return /[A-Za-z]/.test(char) ? code : code + 256;
};

const compareWords = (a: string, b: string): number => {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = weight(a[at]) - weight(b[at]);
    if (difference !== 0) return difference;
  }
  return 0;
};

// Numbers have as many digits as it pleases their packagers.
const compareNumbers = (a: string, b: string): number => {
  const [one, other] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  if (one.length !== other.length) return one.length - other.length;
  if (one === other) return 0;
  return one < other ? -1 : 1;
};

const pieces = (text: string): readonly string[] => text.match(/\D+|\d+/g) ?? [];

/** Words and numbers by turns, a word first. */
const turns = (text: string): readonly string[] => (/^\d/.test(text) ? ['', ...pieces(text)] : pieces(text));

const compareParts = (a: string, b: string): number => {
  const [one, other] = [turns(a), turns(b)];
  for (let at = 0; at < Math.max(one.length, other.length); at++) {
    const compare = at % 2 === 0 ? compareWords : compareNumbers;
    const difference = compare(one[at] ?? '', other[at] ?? '');
    if (difference !== 0) return difference;
  }
  return 0;
};

/** Which of two versions is later: below 0, 0 or above 0. The algorithm is that of Debian Policy 5.6.12, as dpkg has it. */
export const compareVersions = (a: string, b: string): number => {
  if (a === b) return 0;
  const [one, other] = [split(a), split(b)];
  return (
    compareNumbers(one.epoch, other.epoch) ||
    compareParts(one.upstream, other.upstream) ||
    compareParts(one.revision, other.revision)
  );
};
