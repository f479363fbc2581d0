# How each part is compiled: RECIPE SOURCES OUT. Sourced by build.sh; a change here compiles every part again.

export GOOS=linux GOARCH=$arch GOFLAGS='-buildvcs=false -trimpath' CGO_ENABLED=0

# pinned GO.MOD MODULE VERSION: go.mod and versions.env must say the same
pinned() {
  grep -q "$2 $3" "$1/go.mod" || { echo "$1/go.mod does not pin $2 at $3 (versions.env)"; return 1; }
}

build_main() {
  pinned "$1" k8s.io/kubernetes "$KUBERNETES_VERSION" && pinned "$1" go.etcd.io/etcd/server/v3 "$ETCD_VERSION" || return 1
  local base=k8s.io/component-base/version major minor
  IFS=. read -r major minor _ <<<"${KUBERNETES_VERSION#v}"
  cd "$1" && nice go build -tags providerless -o "$2/k3s" -ldflags "-s -w -X main.version=$K3S_VERSION \
    -X $base.gitVersion=$K3S_VERSION -X $base.gitMajor=$major -X $base.gitMinor=$minor -X k8s.io/client-go/pkg/version.gitVersion=$K3S_VERSION" .
}

build_own() { cd "$1" && nice go build -ldflags '-s -w' -o "$2/" .; }

build_flanneld() { pinned "$1" github.com/flannel-io/flannel "$FLANNEL_VERSION" && build_own "$1" "$2"; }

# tools SOURCES OUT TAGS LDFLAGS: everything under `tool` in go.mod
tools() { cd "$1" && nice go build -tags "$3" -ldflags "-s -w $4" -o "$2/" tool; }

build_cni() { pinned "$1" github.com/containernetworking/plugins "$CNI_PLUGINS_VERSION" && tools "$1" "$2" '' ''; }

build_coredns() { pinned "$1" github.com/coredns/coredns "$COREDNS_VERSION" && tools "$1" "$2" '' ''; }

build_containerd() {
  pinned "$1" github.com/containerd/containerd/v2 "$CONTAINERD_VERSION" && tools "$1" "$2" no_btrfs,no_zfs,no_devmapper,no_tracing ''
}

# Without the seccomp tag runc refuses every sandbox.
build_runc() {
  pinned "$1" github.com/opencontainers/runc "$RUNC_VERSION" || return 1
  export CGO_ENABLED=1
  if [ "$arch" != "$(go env GOHOSTARCH)" ]; then foreign_libseccomp; fi
  tools "$1" "$2" seccomp,netgo,osusergo '-linkmode external -extldflags -static'
}

# libseccomp for arm64 from Debian, with apt's state in the work folder: the host's dpkg stays as it is.
foreign_libseccomp() {
  local apt=$work/apt system=$work/sysroot
  mkdir -p "$apt"/{lists,cache}/partial "$apt/debs"
  : >"$apt/status"
  local options=(-qq -o APT::Architecture="$arch" -o APT::Architectures="$arch" -o Dir::State::lists="$apt/lists"
    -o Dir::State::status="$apt/status" -o Dir::Cache="$apt/cache" -o APT::Sandbox::User=root)
  apt-get "${options[@]}" update
  (cd "$apt/debs" && apt-get "${options[@]}" download libseccomp-dev)
  dpkg-deb -x "$apt"/debs/libseccomp-dev_*.deb "$system"
  CC=aarch64-linux-gnu-gcc CGO_CFLAGS=-I$system/usr/include
  CGO_LDFLAGS=-L$(dirname "$system"/usr/lib/*/libseccomp.a) PKG_CONFIG_LIBDIR=$(dirname "$system"/usr/lib/*/pkgconfig/libseccomp.pc)
  export CC CGO_CFLAGS CGO_LDFLAGS PKG_CONFIG_LIBDIR
}

# build_wrapper FILE: all programs in one
build_wrapper() {
  local source=$work/wrapper hash
  cp -r "$here/wrapper" "$source"
  mkdir -p "$work/tree/bin"
  cp "$part_main"/* "$part_flanneld"/* "$part_cni"/* "$part_runc"/* "$part_containerd"/* "$work/tree/bin/"
  tar -C "$work/tree" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=755 -cf - bin | nice zstd -q -T0 -6 -o "$source/data.tar.zst"
  hash=$(sha256sum <"$source/data.tar.zst" | cut -d' ' -f1)
  cd "$source" && nice go build -o "$1" -ldflags "-s -w -X main.version=$K3S_VERSION -X main.commit=$(basename "$release" | cut -c1-8) -X main.hash=$hash" .
}

# build_images FOLDER: the airgap archive and the list of what is in it
build_images() {
  cd "$here/images"
  GOARCH='' go run . "$arch" "$PAUSE_IMAGE=$part_pause/pause" "$COREDNS_IMAGE=$part_coredns/coredns" "$ECHO_IMAGE=$part_echo/echo" |
    nice zstd -q -T0 -6 -o "$1/k3s-airgap-images-$arch.tar.zst"
  printf '%s\n' "$PAUSE_IMAGE" "$COREDNS_IMAGE" "$ECHO_IMAGE" >"$1/k3s-images.txt"
}
