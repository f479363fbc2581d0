import { expect, it } from 'vitest';
import { openOf } from '../../../src/adapters/chain/open.ts';

const TASK = 0;
const chain = ['head', 'one', 'two', 'three'];
const opened = () =>
  openOf(
    new Map(chain.map((host, at) => [host, [{ id: TASK, blobs: [], next: [], from: chain.slice(0, at) }]])),
  );

it('a host whose cable is out takes nobody’s hope: it reaches none of those that others feed', () => {
  const open = opened();
  open.lost('two', TASK, 'one');
  open.reached('three', TASK);
  open.lost('three', TASK, 'two');
  open.done('head', TASK);
  open.done('one', TASK);
  expect(open.isOver()).toBe(false);
  open.done('three', TASK);
  expect(open.isOver()).toBe(true);
});

it('nor where it is heard before it is known to be lost, once another one has reached them', () => {
  const open = opened();
  open.lost('three', TASK, 'two');
  open.lost('two', TASK, 'one');
  open.reached('three', TASK);
  open.done('head', TASK);
  open.done('one', TASK);
  expect(open.isOver()).toBe(false);
});

it('whom nobody reaches is not waited for', () => {
  const open = opened();
  open.lost('two', TASK, 'one');
  open.lost('three', TASK, 'one');
  open.done('head', TASK);
  open.done('one', TASK);
  expect(open.isOver()).toBe(true);
});
