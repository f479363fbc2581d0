/**
 * The `bin/edgectl` of a release, for any POSIX shell: runs the release's own Node, from wherever its folder lies and whatever
 * links lead to it. `loader` is the path that Node's program names as its loader: without it the shell would only say "not found".
 */
export const launcher = (arch: string, loader: string): string => `#!/bin/sh
self=$0
while [ -h "$self" ]; do
  link=$(readlink "$self")
  case $link in
    /*) self=$link ;;
    *) self=$(dirname "$self")/$link ;;
  esac
done
home=$(CDPATH= cd -P "$(dirname "$self")/.." && pwd) || exit
if ! [ -e ${loader} ]; then
  echo 'edgectl: this release is for linux-${arch} with glibc 2.28 or newer.' >&2
  exit 2
fi
exec "$home/runtime/node" "$home/dist/cli/main.js" "$@"
`;
