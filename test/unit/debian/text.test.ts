import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paragraphs } from '../../../src/domain/debian/deb822.ts';
import { admits, groupText, readRelations } from '../../../src/domain/debian/relation.ts';

const read = (text: string) => [...paragraphs(text)].map((fields) => Object.fromEntries(fields));

describe('a control file', () => {
  it('has paragraphs of fields, whose values may have several lines', () => {
    expect(
      read(
        'Package: a\nDescription: short\n long\n .\n# no\nSHA256:\n 12 x\n\n\nPACKAGE:b\r\nx\n stray\n \nPackage: c',
      ),
    ).toEqual([
      { package: 'a', description: 'short\nlong\n.', sha256: '\n12 x' },
      { package: 'b' },
      { package: 'c' },
    ]);
    expect(read('')).toEqual([]);
  });

  it('is read as it was written', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
    const value = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
    const paragraph = fc.dictionary(name, value, { minKeys: 1, noNullPrototype: true });
    fc.assert(
      fc.property(fc.array(paragraph), (all) => {
        const texts = all.map((fields) =>
          Object.entries(fields)
            .map(([key, text]) => `${key}: ${text}\n`)
            .join(''),
        );
        expect(read(texts.join('\n'))).toEqual(all);
      }),
    );
  });
});

describe('relations', () => {
  it('are groups of alternatives, for one architecture', () => {
    expect(
      readRelations(
        'a:any (>= 1:2~), b|c ( << 3 ) [arm64 i386] <!nocheck> <x y>, d [!arm64], e [amd64] | f,',
        'arm64',
      ),
    ).toEqual([
      [{ name: 'a', arch: 'any', operator: '>=', version: '1:2~' }],
      [{ name: 'b' }, { name: 'c', operator: '<<', version: '3' }],
      [{ name: 'f' }],
    ]);
    expect(readRelations('', 'arm64')).toEqual([]);
  });

  it('keep what cannot be read, so that it shows', () => {
    expect(readRelations('good, ba d (=)', 'amd64')).toEqual([[{ name: 'good' }], [{ name: 'ba d (=)' }]]);
  });

  it('admit the versions that they name', () => {
    const admitted = (text: string) =>
      ['1~', '1', '2'].filter((version) =>
        admits(readRelations(text, 'amd64')[0]?.[0] ?? { name: '' }, version),
      );
    expect(
      ['a', 'a (<< 1)', 'a (<= 1)', 'a (< 1)', 'a (= 1)', 'a (>= 1)', 'a (> 1)', 'a (>> 1)'].map(admitted),
    ).toEqual([['1~', '1', '2'], ['1~'], ['1~', '1'], ['1~', '1'], ['1'], ['1', '2'], ['1', '2'], ['2']]);
  });

  it('are written as they are read', () => {
    const text = 'a:any (>= 1) | b';
    expect(readRelations(text, 'amd64').map(groupText)).toEqual([text]);
  });
});
