import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const read = (path: string): string => {
  const file = fileURLToPath(new URL(`../../${path}`, import.meta.url));
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
};

const rows = [...read('docs/security.md').matchAll(/ \| `([^`]+)`: (.+?) +\|$/gm)];

it('the page on security names its tests', () => {
  expect(rows.length).toBeGreaterThan(20);
});

it.each(rows.map(([, file = '', title = '']) => [title, file]))('%s (%s)', (title, file) => {
  expect(read(file)).toContain(file.endsWith('.go') ? `func ${title}(` : `('${title}'`);
});
