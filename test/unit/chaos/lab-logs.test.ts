import { expect, it } from 'vitest';
import { leaksIn } from '../../chaos/lab/logs.ts';

const SECRET = 'k10e5f0a1b2c3d4e5f60718293a4b5c6';

it('finds a secret in any place, as it is and in base64 wherever it begins, and does not say it again', () => {
  const inside = ['', 'a', 'ab'].map((before) =>
    Buffer.from(`${before}${SECRET} and more`).toString('base64'),
  );
  for (const text of [`level=info msg="token ${SECRET}"`, ...inside]) {
    const [found = '', ...more] = leaksIn([SECRET], {
      'a log': `before\n${text}\nbehind`,
      'a journal': 'no',
    });
    expect(found).toContain('stands in a log');
    expect(found).not.toContain(SECRET);
    expect(more).toEqual([]);
  }
});

it('takes nothing else for one', () => {
  expect(leaksIn([SECRET], { 'a log': SECRET.slice(1), 'a journal': '' })).toEqual([]);
});
