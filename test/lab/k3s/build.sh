#!/usr/bin/env bash
# Builds the stand-in and prints the path of a release folder (laid out like a k3s release) on stdout.
# Progress, one line a step that ran, goes to stderr.   usage: build.sh [amd64|arm64]
# Results are cached outside the checkout, keyed by content: $EDGECTL_CACHE (default ~/.cache/edgectl) /k3s.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
arch=${1:-amd64}
case $arch in amd64) suffix='' ;; arm64) suffix=-arm64 ;; *) echo "build.sh: amd64 or arm64 expected, not '$arch'" >&2; exit 2 ;; esac
cache=${EDGECTL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/edgectl}/k3s

# digest FOLDER: one short name for the content of its sources (documents and contract tests do not count)
digest() {
  (cd "$1" && find . -type f ! -path './contract/*' ! -name '*.md' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-12)
}

release=$cache/$(digest "$here")
if [ -e "$release/sha256sum-$arch.txt" ]; then
  echo "$release"
  exit 0
fi

# shellcheck source=versions.env
. "$here/versions.env"
. "$here/preflight.sh"
. "$here/recipes.sh"
preflight
mkdir -p "$cache/parts"
exec 9>"$cache/lock"
flock 9 # a second build waits and then finds everything done
if [ -e "$release/sha256sum-$arch.txt" ]; then
  echo "$release"
  exit 0
fi
log=$cache/build-$arch.log
work=$(mktemp -d "$cache/.new-XXXXXX")
trap 'rm -rf "$work"' EXIT

seconds() { cut -d. -f1 /proc/uptime; } # the wall clock may jump
step() { # step TITLE COMMAND...
  local began=$(seconds) title=$1
  shift
  printf 'k3s %s: %s …\n' "$arch" "$title" >&2 # some take minutes, and a silent terminal looks dead
  if ! ("$@") >"$log" 2>&1; then
    echo "k3s $arch: $title failed; the end of $log:" >&2
    tail -n 20 "$log" >&2
    exit 1
  fi
  printf 'k3s %s: %s, %d s\n' "$arch" "$title" $(($(seconds) - began)) >&2
}

# part NAME FOLDER TITLE RECIPE: sets part_NAME to a cached folder with what RECIPE makes from FOLDER
part() {
  local folder=$cache/parts/$1-$arch-$(cat <(digest "$here/$2") <(sha256sum <"$here/recipes.sh") | sha256sum | cut -c1-12)
  if [ ! -e "$folder" ]; then
    mkdir -p "$work/$1"
    step "$3" "$4" "$here/$2" "$work/$1"
    mv -T "$work/$1" "$folder"
  fi
  declare -g "part_$1=$folder"
}

part main supervisor "kubernetes $KUBERNETES_VERSION and supervisor" build_main
part flanneld parts/flanneld "flannel $FLANNEL_VERSION" build_flanneld
part cni parts/cni "cni plugins $CNI_PLUGINS_VERSION" build_cni
part runc parts/runc "runc $RUNC_VERSION" build_runc
part containerd parts/containerd "containerd $CONTAINERD_VERSION" build_containerd
part coredns parts/coredns "coredns $COREDNS_VERSION" build_coredns
part pause parts/pause "pause" build_own
part echo parts/echo "echo" build_own

out=$work/release
mkdir "$out"
step "one self-extracting file" build_wrapper "$out/k3s$suffix"
step "airgap images" build_images "$out"
(cd "$out" && sha256sum "k3s$suffix" "k3s-airgap-images-$arch.tar.zst" >"sha256sum-$arch.txt")

# The whole folder at once; or, beside another architecture's files, one by one with the sums last.
if [ -e "$release" ] || ! mv -T "$out" "$release" 2>>"$log"; then
  for file in "k3s$suffix" k3s-images.txt "k3s-airgap-images-$arch.tar.zst" "sha256sum-$arch.txt"; do
    mv -f "$out/$file" "$release/$file"
  done
fi
echo "$release"
