import fc from 'fast-check';

const word = (letters: string, minLength = 0, maxLength = 6) =>
  fc.string({ unit: fc.constantFrom(...letters), minLength, maxLength });

/** Versions of the alphabet in which they differ in the oddest ways. */
export const debianVersion: fc.Arbitrary<string> = fc
  .tuple(
    fc.option(fc.constantFrom('0', '00', '1', '12'), { nil: undefined }),
    word('0129', 1, 2),
    word('0019aZ.+~'),
    fc.option(word('019b.+~', 1), { nil: undefined }),
  )
  .map(
    ([epoch, first, upstream, revision]) =>
      `${epoch === undefined ? '' : `${epoch}:`}${first}${upstream}${revision === undefined ? '' : `-${revision}`}`,
  );
