import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Helpers } from '../adapters/chain/helper.ts';
import type { Programs } from '../ports/programs.ts';

/** The programs for nodes that come with this build of edgectl, in its folder of them. */
export const bundledHelpers = (folder = new URL('../node-helper/', import.meta.url)): Helpers => {
  const known = new Map<string, ReturnType<Helpers>>();
  return (arch) => {
    if (known.has(arch)) return known.get(arch);
    const path = fileURLToPath(new URL(`node-helper-${arch}`, folder));
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

const pack = promisify(gzip);

/** The same, gzipped for a question: each is packed once, when it is first wanted. */
export const packedHelpers = (helpers: Helpers): Programs => {
  const packed = new Map<string, ReturnType<Programs['packed']>>();
  return {
    packed(arch) {
      const known = packed.get(arch);
      if (known) return known;
      const helper = helpers(arch);
      const made = helper
        ? readFile(helper.path).then((content) => pack(content))
        : Promise.resolve(undefined);
      packed.set(arch, made);
      return made;
    },
  };
};
