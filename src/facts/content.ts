import { asRoot, script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** A file in the folder of contents: its content's digest in hex where that is known, and whether somebody has it open. */
export interface ContentThere {
  readonly sha256: string | 'unknown';
  readonly used: boolean;
}

// stdin has the names of the wanted files. Who has a file open is looked up only where there are others: they may have to go.
const READ = `cd "$1" 2>/dev/null || { echo end; exit; }
echo list
grep -F " $1/" "$2"
echo found
find "$1" -maxdepth 1 -type f -exec stat -c "$3 %n" {} +
if { cat; echo; ls; } | awk 'rest && !($0 in want) { other = 1 } $0 == "" { rest = 1 } !rest { want[$0] = 1 } END { exit !other }'; then
  echo inodes
  find "$1" -maxdepth 1 -type f -exec stat -c '%d:%i %n' {} +
  echo open
  find -L /proc/[0-9]*/fd /proc/[0-9]*/map_files -maxdepth 1 -type f -exec stat -L -c '%d:%i' {} + 2>/dev/null | sort -u
fi
echo end`;

const HEADS = ['list', 'found', 'inodes', 'open'];

/** The lines below each heading. */
const sections = (output: string): ReadonlyMap<string, readonly string[]> => {
  const all = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of output.split('\n')) {
    if (HEADS.includes(line)) {
      current = [];
      all.set(line, current);
    } else if (line !== '' && line !== 'end') current.push(line);
  }
  return all;
};

const pathOf = (line: string): string => line.slice(line.indexOf(' /') + 1);

/**
 * What lies in the folder of contents, by path. `list` is the node's own list of verified content and `stamp` the format of
 * its entries: the list is checked, not believed, so whatever was touched since is of unknown content. `wanted` are the names
 * of the files that should be there.
 */
export const contentThere = (of: {
  readonly folder: string;
  readonly list: string;
  readonly stamp: string;
  readonly wanted: readonly string[];
}): Fact<Readonly<Record<string, ContentThere>> | 'absent'> => ({
  name: 'content-there',
  ask: {
    ...asRoot(script(READ, of.folder, of.list, of.stamp)),
    stdin: [of.wanted.map((name) => `${name}\n`).join('')],
  },
  parse: (output) => {
    if (!/(^|\n)end\n?$/.test(output)) return 'absent';
    const { list = [], found = [], inodes = [], open = [] } = Object.fromEntries(sections(output));
    // An entry is the digest, then what stat prints of the file.
    const verified = new Map(list.map((entry) => [entry.slice(65), entry.slice(0, 64)]));
    const opened = new Set(open);
    const used = new Set(
      inodes.filter((line) => opened.has(line.split(' ', 1)[0] ?? '')).map((line) => pathOf(line)),
    );
    return Object.fromEntries(
      found.map((line) => [
        pathOf(line),
        { sha256: verified.get(line) ?? 'unknown', used: used.has(pathOf(line)) },
      ]),
    );
  },
});
