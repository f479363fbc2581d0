const WORDS: Readonly<Record<string, string>> = {
  BLOCK_AS_IMPLICIT_KEY: 'a second ": " on one line; put the value in quotes',
  MULTILINE_IMPLICIT_KEY: 'a key needs ": " and its value',
  MULTIPLE_DOCS: 'a second document starts here; the file holds one',
  NON_STRING_KEY: 'a key has to be plain text',
  TAB_AS_INDENT: 'a tab cannot indent; use spaces',
};

/** A syntax error in our words. `from` is the file's text from the error on. */
export const syntaxMessage = (code: string, message: string, from: string): string => {
  if (code === 'DUPLICATE_KEY') {
    const [, double, single, plain] = /^(?:"([^"]*)"|'([^']*)'|([^:\s,}]*))/.exec(from) ?? [];
    return `key "${double ?? single ?? plain ?? ''}" stands twice in this mapping`;
  }
  const own = WORDS[code];
  return own ?? `${message.charAt(0).toLowerCase()}${message.slice(1)}`;
};
