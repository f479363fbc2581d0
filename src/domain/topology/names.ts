import type { Host } from '../../spec/cluster.ts';

/** What hosts are called, where that has been decided: their names, else their keys. */
export const nameIn =
  (known: { readonly names?: Readonly<Record<string, string>> }) =>
  ({ key }: Pick<Host, 'key'>): string =>
    known.names?.[key] ?? key;
