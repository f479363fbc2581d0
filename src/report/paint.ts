/** Colours by what they mean. Without colour every one of them gives the text back as it is. */
export interface Paint {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly doubtful: (text: string) => string;
  readonly title: (text: string) => string;
  readonly aside: (text: string) => string;
}

const ESCAPE = '\u001B[';

/** Colours, or none. */
export const paint = (coloured: boolean): Paint => {
  const as = (on: number, off: number) => (text: string) =>
    coloured ? `${ESCAPE}${on}m${text}${ESCAPE}${off}m` : text;
  return { good: as(32, 39), bad: as(31, 39), doubtful: as(33, 39), title: as(1, 22), aside: as(2, 22) };
};

/** Whether a stream gets colours: only a terminal, and not when `NO_COLOR` is set (no-color.org) or `TERM` is dumb. */
export const wantsColour = (
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): boolean => stream.isTTY === true && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
