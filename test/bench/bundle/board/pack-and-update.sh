#!/bin/sh
# Writes the fresh root file system $1 into $BOARD_OUT as it is, with the packages $BOARD_UPDATES of the sources
# $BOARD_SOURCES, and with all that these have newer: as layers of images are, in the order of names.
set -eu
root=$1
export APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" DEBIAN_FRONTEND=noninteractive

apt() {
  apt-get --yes -o DPkg::Chroot-Directory="$root" "$@"
}
pack() {
  tar -C "$root" --sort=name --numeric-owner --mtime=2026-11-22 --clamp-mtime \
    --exclude='./dev/*' --exclude='./proc/*' --exclude='./sys/*' --exclude='./run/*' --exclude='./tmp/*' \
    --exclude='./etc/apt/sources.list*' --exclude='./etc/resolv.conf' --exclude='./etc/hostname' \
    --exclude='./var/cache/*' --exclude='./var/lib/apt/*' --exclude='./var/log/*' \
    -cf "$BOARD_OUT/$1.tar" .
}

pack before
cp "$BOARD_SOURCES" "$root/etc/apt/sources.list.d/updates.list"
apt update
# shellcheck disable=SC2086
apt install --only-upgrade $BOARD_UPDATES
pack few
apt dist-upgrade
pack many
