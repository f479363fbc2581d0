/**
 * Text with places for what only the executor knows: a secret's value, or the control node's time in epoch seconds
 * at the moment of asking. A plan, log or test holds only the place.
 */
export type Text = readonly (string | { readonly secret: string } | { readonly now: 'seconds' })[];

/** A command line as data: words, never a shell string. Secrets fit only in `stdin`, because argv is public. */
export interface Command {
  readonly parts: readonly string[];
  readonly stdin?: Text;
  /**
   * Of a question: what it gets as its stdin in place of text, edgectl's own program for the host's architecture, gzipped;
   * nothing where there is none.
   */
  readonly program?: 'node-helper';
  readonly root?: boolean;
  /** Seconds after which the command counts as hung; 60 when absent. */
  readonly within?: number;
}

/** A command from its words. */
export const cmd = (...parts: readonly string[]): Command => ({ parts });

/** A POSIX shell script with its arguments as `$1`, `$2`, …; the words stay words, nothing is spliced into the script. */
export const script = (source: string, ...args: readonly string[]): Command =>
  cmd('sh', '-c', source, 'sh', ...args);

/** The same command, run as root. */
export const asRoot = (command: Command): Command => ({ ...command, root: true });

/** A place for a secret in a `text`. */
export const secret = (name: string) => ({ secret: name }) as const;

/** A place for the control node's time, in whole seconds since 1970. */
export const now = { now: 'seconds' } as const;

/** Template tag for `Text`: text`token: ${secret('agent-token')}`. */
export const text = (strings: TemplateStringsArray, ...values: Text): Text =>
  strings.flatMap((string, i) => [string, ...values.slice(i, i + 1)]);

/** The text for human eyes: a secret prints as ‹name›, the time as ‹now›. */
export const showText = (content: Text): string =>
  content
    .map((piece) => (typeof piece === 'string' ? piece : `‹${'secret' in piece ? piece.secret : 'now'}›`))
    .join('');

/** The names of the secrets a text needs. */
export const secretsOf = (content: Text): readonly string[] =>
  content.flatMap((piece) => (typeof piece === 'object' && 'secret' in piece ? [piece.secret] : []));

const SAFE = /^[\w@%+=:,./-]+$/;

/** One word quoted for a POSIX shell. Round-trips any string without NUL. */
export const quote = (word: string): string =>
  SAFE.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** The words as one POSIX shell command line. */
export const quoteAll = (parts: readonly string[]): string => parts.map(quote).join(' ');

/** The command for human eyes, each word quoted once for a POSIX shell, stdin last. */
export const show = ({ parts, stdin, program, root }: Command): string =>
  [
    ...(root ? ['sudo'] : []),
    quoteAll(parts),
    ...(stdin ? ['<<<', quote(showText(stdin))] : []),
    ...(program ? ['<', `${program}.gz`] : []),
  ].join(' ');
