#!/usr/bin/env bash
# Builds NVIDIA's container toolkit and device plugin from their Go modules, and prints the folder that they lie in on stdout.
# Progress goes to stderr.   usage: build.sh [amd64|arm64]
# Results are cached outside the checkout, keyed by content: $EDGECTL_CACHE (default ~/.cache/edgectl) /gpu.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
arch=${1:-amd64}
case $arch in amd64 | arm64) ;; *) echo "build.sh: amd64 or arm64 expected, not '$arch'" >&2; exit 2 ;; esac
cache=${EDGECTL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/edgectl}/gpu
key=$(cd "$here" && cat build.sh toolkit/go.mod toolkit/go.sum plugin/go.mod plugin/go.sum cards/* | sha256sum | cut -c1-12)
out=$cache/$key-$arch
if [ -e "$out" ]; then
  echo "$out"
  exit 0
fi
command -v go >/dev/null || { echo "the lab's GPU parts need Go 1.24 or later, and there is no go" >&2; exit 1; }
mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9 # a second build waits and then finds everything done
if [ -e "$out" ]; then
  echo "$out"
  exit 0
fi
work=$(mktemp -d "$cache/.new-XXXXXX")
trap 'rm -rf "$work"' EXIT

# NVML is looked for when the programs run, through dlopen, so both are C programs too.
export GOOS=linux GOARCH=$arch GOFLAGS='-buildvcs=false -trimpath' CGO_ENABLED=1 CC=gcc
[ "$arch" = "$(go env GOHOSTARCH)" ] || CC=aarch64-linux-gnu-gcc
case $arch in amd64) loader=ld-linux-x86-64.so.2 ;; arm64) loader=ld-linux-aarch64.so.1 ;; esac
folder=/usr/lib/$($CC -print-multiarch)
build() { # build FOLDER LINKER-FLAGS TAGS
  printf 'gpu %s: %s …\n' "$arch" "$1" >&2
  (cd "$here/$1" && nice go build -tags "$3" -ldflags "-s -w -extldflags '$2'" -o "$work/" tool) >"$work/.log" 2>&1 || {
    tail -n 20 "$work/.log" >&2
    exit 1
  }
}
build toolkit -Wl,-z,lazy ''
# Its image has nothing else in it but the C library. What is static loads no NVML.
build plugin "-Wl,-z,lazy -Wl,--dynamic-linker=$folder/$loader" netgo,osusergo
mkdir "$work/lib"
for name in libc.so.6 "$loader"; do cp "$($CC -print-file-name="$name")" "$work/lib/$name"; done
# The cards' library and program. NVIDIA's own header is a part of its Go module.
nvml=$(cd "$here/plugin" && go list -m -f '{{.Dir}}' github.com/NVIDIA/go-nvml)/pkg/nvml
$CC -O1 -Wall -Wextra -Werror -shared -fPIC -Wl,-soname,libnvidia-ml.so.1 -I"$nvml" -o "$work/libnvidia-ml.so.1" "$here/cards/nvml.c" >&2
$CC -O1 -Wall -Wextra -Werror -I"$nvml" -o "$work/nvidia-smi" "$here/cards/nvidia-smi.c" "$work/libnvidia-ml.so.1" >&2
rm -f "$work/.log"
chmod 0755 "$work"
mv -T "$work" "$out"
trap - EXIT
echo "$out"
