import { describe, expect, it } from 'vitest';
import { rootOf } from '../../../src/domain/packages/root.ts';

type Entry = Parameters<typeof rootOf<string>>[0][number][number];
const file = (path: string, value = path): Entry => ({ path, value });
const link = (path: string, to: string): Entry => ({ path, link: to });
const is = (path: string, what: 'folder' | 'other' | 'unread' | 'gone' | 'opaque'): Entry => ({
  path,
  is: what,
});
const at = (path: string, ...layers: readonly (readonly Entry[])[]) => {
  const found = rootOf<string>(layers).at(path);
  return typeof found === 'object' ? found.value : found;
};

describe('the layers of an image over one another', () => {
  it('a later file is what counts, in a layer and over layers', () => {
    expect(at('a/b', [file('a/b', '1'), file('a/b', '2')], [file('c')])).toBe('2');
    expect(at('a/b', [file('a/b', '1')], [file('a/b', '2')])).toBe('2');
  });

  it('what a layer removes goes from those below it, wherever in the layer that stands', () => {
    expect(at('a/b', [file('a/b')], [is('a/b', 'gone')])).toBeUndefined();
    expect(at('a/b', [file('a/b', '1')], [file('a/b', '2'), is('a/b', 'gone')])).toBe('2');
    expect(at('a/b/c', [file('a/b/c')], [is('a', 'gone')])).toBeUndefined();
    expect(at('a/b', [file('a/b')], [is('a/b', 'gone')], [file('a/b', '3')])).toBe('3');
  });

  it('an opaque folder hides what was in it, not what comes with it', () => {
    const root = rootOf([
      [file('a/b'), file('a/c/d'), file('e')],
      [file('a/f'), is('a', 'opaque')],
    ]);
    expect(root.inside('a')).toEqual(['a/f']);
    expect(root.at('e')).toEqual({ value: 'e' });
    expect(at('e', [file('e')], [is('', 'opaque')])).toBeUndefined();
  });

  it('a file takes the place of a folder, and a folder that of a file', () => {
    expect(at('a/b', [file('a/b')], [is('a', 'other')])).toBeUndefined();
    expect(at('a', [file('a')], [is('a', 'folder')])).toBeUndefined();
    expect(at('a/b', [file('a/b')], [is('a', 'folder')])).toBe('a/b');
    expect(at('a', [file('a')], [is('a', 'unread')])).toBe('unread');
  });

  it('links are followed within the root, on reading and on laying over', () => {
    const usr = [link('lib', 'usr/lib'), file('usr/lib/apk/db', '1')];
    expect(at('lib/apk/db', usr)).toBe('1');
    expect(at('usr/lib/apk/db', usr, [file('lib/apk/db', '2')])).toBe('2');
    expect(at('usr/lib/apk/db', usr, [is('lib/apk/db', 'gone')])).toBeUndefined();
    expect(at('usr/lib/apk/db', usr, [is('lib', 'gone')])).toBe('1');
    expect(
      at('etc/os-release', [
        link('etc/os-release', '../../../usr/lib/os-release'),
        file('usr/lib/os-release', 'x'),
      ]),
    ).toBe('x');
    expect(at('doc/b/copyright', [link('doc/b', 'a'), file('doc/a/copyright', 'a')])).toBe('a');
  });

  it('links in a ring lead nowhere, and hurt nobody', () => {
    const ring = [link('a', 'b'), link('b', 'a'), link('c', 'c/c')];
    expect(at('a/x', ring, [file('a/y'), is('c/z', 'gone')])).toBeUndefined();
    expect(rootOf([ring]).inside('c')).toEqual([]);
  });
});
