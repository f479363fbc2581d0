import { asRoot, type Command, script } from '../engine/command.ts';
import { PLACED, STAMP } from '../support/placed-list.ts';
import { HALVES } from './halves.ts';

// $1 is the blob, $2 the target, $3 its mode, $4 the digest in hex, $5 the list.
const PLACE = `set -e
${HALVES}
[ -d "\${2%/*}" ] || mkdir -p "\${2%/*}"
[ -d "\${5%/*}" ] || mkdir -m 0700 -p "\${5%/*}"
chmod "$3" "$1"
mv -f "$1" "$2"
halves "$1"
{ grep -vsF " $2" "$5" || true; echo "$4 $(stat -c '${STAMP}' "$2") $2"; } > "$5.edgectl-part"
mv -f "$5.edgectl-part" "$5"`;

/**
 * Puts a verified blob in its place and writes down that it is there. The rename keeps a running program's old file, and
 * shows a watcher of the folder only whole files; so the blob must lie on the same file system.
 */
export const place = (of: { blob: string; to: string; mode: string; sha256: string }): Command =>
  asRoot(script(PLACE, of.blob, of.to, of.mode, of.sha256, PLACED));
