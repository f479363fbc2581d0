# What the build needs. Sourced by build.sh.

go_is_new_enough() {
  local minor
  minor=$(go env GOVERSION 2>/dev/null | sed -n 's/^go1\.\([0-9]*\).*/\1/p')
  [ "${minor:-0}" -ge 24 ]
}

missing_packages() {
  command -v gcc >/dev/null || echo gcc
  command -v pkg-config >/dev/null || echo pkg-config
  command -v zstd >/dev/null || echo zstd
  [ -n "$(find /usr/lib /usr/local/lib -name libseccomp.a -print -quit 2>/dev/null)" ] || echo libseccomp-dev
  if [ "$arch" = arm64 ] && [ "$(go env GOHOSTARCH)" != arm64 ]; then
    command -v aarch64-linux-gnu-gcc >/dev/null || echo gcc-aarch64-linux-gnu
    [ -e /usr/aarch64-linux-gnu/include/stdio.h ] || echo libc6-dev-arm64-cross # gcc only recommends it
  fi
}

preflight() {
  if ! go_is_new_enough; then
    echo "The lab builds its k3s from source and needs Go 1.24 or newer: install Go, or set EDGECTL_LAB_K3S to a k3s release folder or version." >&2
    exit 2
  fi
  local packages
  packages=$(missing_packages | xargs)
  [ -n "$packages" ] || return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "The lab builds its k3s from source and needs these packages: $packages (or set EDGECTL_LAB_K3S to a k3s release folder or version)." >&2
    exit 2
  fi
  # shellcheck disable=SC2086
  if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends libc6-dev $packages; } >/dev/null 2>&1; then
    echo "apt-get could not install $packages, which the lab's k3s build needs (or set EDGECTL_LAB_K3S to a k3s release folder or version)." >&2
    exit 2
  fi
}
