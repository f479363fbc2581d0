import { given } from '../../support/given.ts';
import type { OsRelease } from './os-package.ts';

const unquoted = (value: string): string => {
  const [, quote, inner = ''] = /^(["'])(.*)\1$/.exec(value) ?? [];
  return quote ? inner.replace(/\\(.)/g, '$1') : value;
};

/** Reads os-release(5); undefined when it names no system. */
export const readOsRelease = (text: string): OsRelease | undefined => {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, value = ''] = /^\s*([A-Z_][A-Z0-9_]*)=(.*?)\s*$/.exec(line) ?? [];
    if (name) values.set(name, unquoted(value));
  }
  const id = values.get('ID')?.toLowerCase();
  if (!id || !/^[a-z0-9._-]+$/.test(id)) return undefined;
  const version = values.get('VERSION_ID') || undefined;
  const codename = values.get('VERSION_CODENAME') || undefined;
  return { id, ...given({ version, codename }) };
};
