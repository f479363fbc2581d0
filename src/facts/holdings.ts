import { asRoot, script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

// stdin has paths, a line each.
const READ = `wanted=$(cat)
echo list
printf '%s\\n' "$wanted" | sed 's/^/ /' | grep -sFf - "$1"
echo found
printf '%s\\n' "$wanted" | tr '\\n' '\\0' | xargs -0 stat -c "$2 %n" 2>/dev/null
echo end`;

const ANSWER = /^list\n((?:.+\n)*)found\n((?:.+\n)*)end\n?$/;
const linesOf = (text = ''): readonly string[] => text.split('\n').filter((line) => line !== '');

/**
 * Which of these paths hold verified content, and its digest in hex. `list` is the node's own list of verified content and
 * `stamp` the format of its entries: the list is checked, not believed, so what was touched since counts as nothing. A file
 * whose name is a digest was verified by whoever named it so. Whoever gets the bytes checks them anyway.
 */
export const holdings = (of: {
  readonly paths: readonly string[];
  readonly list: string;
  readonly stamp: string;
}): Fact<Readonly<Record<string, string>> | 'absent'> => ({
  name: 'holdings',
  ask: {
    ...asRoot(script(READ, of.list, of.stamp)),
    stdin: [of.paths.map((path) => `${path}\n`).join('')],
    within: 15,
  },
  parse: (output) => {
    const [whole, list, found] = ANSWER.exec(output) ?? [];
    if (whole === undefined) return 'absent';
    // An entry is the digest, then what stat prints of the file.
    const verified = new Map(linesOf(list).map((entry) => [entry.slice(65), entry.slice(0, 64)]));
    return Object.fromEntries(
      linesOf(found).flatMap((line) => {
        const path = line.slice(line.indexOf(' /') + 1);
        const digest = verified.get(line) ?? /\/sha256\/([0-9a-f]{64})$/.exec(path)?.[1];
        return digest === undefined ? [] : [[path, digest]];
      }),
    );
  },
});
