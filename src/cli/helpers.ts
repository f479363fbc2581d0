import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Helpers } from '../adapters/chain/helper.ts';

/** The programs for nodes that come with this build of edgectl. */
export const bundledHelpers = (): Helpers => {
  const known = new Map<string, ReturnType<Helpers>>();
  return (arch) => {
    if (known.has(arch)) return known.get(arch);
    const path = fileURLToPath(new URL(`../node-helper/node-helper-${arch}`, import.meta.url));
    let found: ReturnType<Helpers>;
    try {
      const content = readFileSync(path);
      found = { path, size: content.length, sha256: createHash('sha256').update(content).digest('hex') };
    } catch {
      found = undefined;
    }
    known.set(arch, found);
    return found;
  };
};
