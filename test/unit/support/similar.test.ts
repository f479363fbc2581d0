import { expect, test } from 'vitest';
import { didYouMean, similar } from '../../../src/support/similar.ts';

const KEYS = ['name', 'address', 'role', 'hostKey', 'labels', 'ssh'];

test.each([
  ['adress', 'address'],
  ['hostkey', 'hostKey'],
  ['lables', 'labels'],
  ['sshh', 'ssh'],
  ['nmae', 'name'],
  ['ADDRESS', 'address'],
  ['adr', undefined],
  ['port', undefined],
  ['', undefined],
  ['x'.repeat(5000), undefined],
])('%s is probably %s', (word, meant) => {
  expect(similar(word, KEYS)).toBe(meant);
});

test('the nearest word is taken, and none is no hint', () => {
  expect(didYouMean('box-b1', ['box-a1', 'box-b', 'box-b2'])).toBe('; did you mean "box-a1"?');
  expect(didYouMean('box-a', ['box-bb', 'box-b'])).toBe('; did you mean "box-b"?');
  expect(didYouMean('anything', [])).toBe('');
});
