import { asRoot, type Command, script } from '../engine/command.ts';

// Made whole beside the file first, so that a full disk cannot empty it. In a container the file is a mount: nothing
// can be renamed over it, but it can be written.
const NAME = `set -e
new=/etc/hosts.edgectl
trap 'rm -f "$new"' EXIT
{ grep -v '^127\\.0\\.1\\.1[[:space:]]' /etc/hosts || true; printf '127.0.1.1\\t%s\\n' "$1"; } > "$new"
chmod 0644 "$new"
mv -f "$new" /etc/hosts 2>/dev/null || cat "$new" > /etc/hosts`;

/** Makes the machine's own name resolve without DNS, in Debian's way: a line for 127.0.1.1, in place of the one there. */
export const nameOwnAddress = (name: string): Command => asRoot(script(NAME, name));
