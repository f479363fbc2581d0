import { asRoot, type Command, script } from '../engine/command.ts';
import { PLACED, STAMP } from '../support/placed-list.ts';
import { HALVES } from './halves.ts';

/** Where files and models of bundles lie on a board, each under a name that begins with its content's hash. */
export const CONTENT = '/var/lib/edgectl/content';

/** Where their blobs arrive: on the same file system. */
export const CONTENT_BLOBS = '/var/lib/edgectl/blobs';

interface Named {
  readonly name: string;
  readonly sha256: string;
}

/** What a file of a bundle is called there. */
export const contentName = ({ name, sha256 }: Named): string => `${sha256.slice(0, 12)}-${name}`;

/** Where it lies. */
export const contentPath = (file: Named): string => `${CONTENT}/${contentName(file)}`;

// stdin has a digest in hex and a path a line; $1 is the folder of the blobs, $2 the target's, $3 the list of what was placed.
// A blob keeps its name until all have theirs, so that one content may have two.
const PLACE = `set -e
${HALVES}
wanted=$(cat)
each() { printf '%s\\n' "$wanted"; }
[ -d "$2" ] || mkdir -p "$2"
each | while read -r sha path; do
  chmod 0644 "$1/sha256:$sha"
  ln -f "$1/sha256:$sha" "$path"
done
each | while read -r sha path; do rm -f "$1/sha256:$sha"; halves "$1/sha256:$sha"; done
touch "$3"
each | cut -d' ' -f2 | sed 's/^/ /' | grep -vFf - "$3" > "$3.edgectl-part" || true
each | while read -r sha path; do echo "$sha $(stat -c '${STAMP}' "$path") $path"; done >> "$3.edgectl-part"
mv -f "$3.edgectl-part" "$3"
sync -f "$2"`;

/** Gives verified blobs their names in the folder of contents, and writes down that they are there. */
export const placeFiles = (files: readonly Named[]): Command => ({
  ...asRoot(script(PLACE, CONTENT_BLOBS, CONTENT, PLACED)),
  stdin: [files.map((file) => `${file.sha256} ${contentPath(file)}\n`).join('')],
  within: 600,
});
