// The library's words for what goes wrong most, in ours.
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^Tabs are not allowed/, 'a tab cannot indent; use spaces'],
  [/^Nested mappings are not allowed/, 'a second ": " on one line; put the value in quotes'],
  [/^Implicit (map )?keys need to be/, 'a key needs ": " and its value'],
  [/^Source contains multiple documents/, 'a second document starts here; the file holds one'],
  [/^With stringKeys/, 'a key has to be plain text'],
  [/^Flow .* end with a (.)$/, 'a "$1" is missing before this'],
  [/^Missing closing (.)quote$/, 'a closing $1 is missing before this'],
  [/^Sequence item without - indicator$/, 'an item of a list has to start with "- "'],
  [/^All (mapping|sequence) items must start/, 'this does not start in the column of its neighbours'],
];

/** A syntax error in our words. `from` is the file's text from the error on. */
export const syntaxMessage = (code: string, message: string, from: string): string => {
  if (code === 'DUPLICATE_KEY') {
    const [, double, single, plain] = /^(?:"([^"]*)"|'([^']*)'|([^:\s,}]*))/.exec(from) ?? [];
    return `key "${double ?? single ?? plain ?? ''}" stands twice in this mapping`;
  }
  const own = WORDS.find(([pattern]) => pattern.test(message));
  const words = own?.[1].replace('$1', own[0].exec(message)?.[1] ?? '');
  return words ?? `${message.charAt(0).toLowerCase()}${message.slice(1)}`;
};
