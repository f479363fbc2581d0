import { asRoot, type Command, script } from '../engine/command.ts';
import { APART } from '../support/apt-apart.ts';

/** Where packages of a bundle arrive, and are installed from. */
export const DEBS = '/var/lib/edgectl/debs';

/** What a package unpacks to, and where most of it goes. */
export const INSTALLED = { path: '/usr', times: 4 } as const;

// $1 is the folder, the others are the packages. What an earlier installation left half done comes first.
const INSTALL = `set -e
${APART}
dir=$1
shift
rm -rf "$dir/apart"
mkdir -p "$dir/apart/pool"
for blob in "$dir"/sha256:*; do
  case \${blob##*:} in *[!0-9a-f]*) continue ;; esac
  ln "$blob" "$dir/apart/pool/\${blob##*:}.deb"
done
log=$dir/apart/log
try() {
  "$@" >> "$log" 2>&1 </dev/null && return
  grep -E '^(E:|dpkg: error)|subprocess|No space left' "$log" | head -n 4 | tr '\\n' ' ' >&2
  exit 1
}
apart "$dir/apart" > "$log" || { tail -n 1 "$log" >&2; exit 1; }
try dpkg --configure -a --force-confdef --force-confold
try apt-get -q -y --no-remove install "$@"`;

/**
 * Has apt install packages, with what they need, from those that lie in the folder where they arrive, and from nowhere else.
 * It asks nothing, keeps the operator's settings of services, removes nothing, and waits for the locks of others.
 */
export const installPackages = (packages: readonly string[], index: string): Command => ({
  ...asRoot(script(INSTALL, DEBS, ...packages)),
  stdin: [index],
  within: 1800,
});
