#!/bin/sh
# Puts Debian's kernel beside the root file system $1, which gets its modules, and makes the first part of the initrd:
# `Image` and `initrd` in $KERNEL_OUT. The package is only unpacked: its own scripts would make an initrd for minutes.
set -eu
root=$1
cd "$KERNEL_OUT"
export APT_CONFIG="$MMDEBSTRAP_APT_CONFIG"
package=$(apt-cache depends linux-image-cloud-arm64 | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)
apt-get download -qq "$package" busybox-static
dpkg-deb -x "$package"_*.deb kernel
dpkg-deb -x busybox-static_*.deb busybox
version=$(ls kernel/lib/modules)
mv "kernel/boot/vmlinuz-$version" Image
cp "kernel/boot/config-$version" "$root/boot/"
mkdir -p "$root/usr/lib/modules"
cp -a "kernel/lib/modules/$version" "$root/usr/lib/modules/"

# What this board never loads is nine tenths of it.
cd "$root/usr/lib/modules/$version/kernel"
find drivers -mindepth 1 -maxdepth 1 ! -name block ! -name net ! -name virtio ! -name char ! -name crypto -exec rm -r {} +
find drivers/net -mindepth 1 -maxdepth 1 -type d ! -name vxlan ! -name wireguard ! -name ipvlan -exec rm -r {} +
find fs -mindepth 1 -maxdepth 1 ! -name ext4 ! -name overlayfs ! -name fuse ! -name squashfs ! -name nls -exec rm -r {} +
rm -rf sound net/bluetooth net/mac80211 net/wireless net/can net/nfc net/ceph net/rds net/tipc net/sctp
cd "$KERNEL_OUT"
depmod -b "$root/usr" "$version" 2> /dev/null || depmod -b "$root" "$version"

mkdir -p tree/bin tree/dev tree/proc tree/sys tree/root tree/modules
cp busybox/bin/busybox tree/bin/
number=10
for module in virtio_mmio virtio_blk virtio_net virtio_rng; do
  for file in $(modprobe -d "$root" -S "$version" --show-depends "$module" | sed -n 's/^insmod \(\S*\).*/\1/p'); do
    ls tree/modules/*-"${file##*/}" > /dev/null 2>&1 || cp "$file" "tree/modules/$number-${file##*/}"
    number=$((number + 1))
  done
done
cp "$(dirname "$0")/init" tree/
# Not compressed: unpacking it under emulation costs more than reading it.
(cd tree && find . | cpio --quiet --create --format=newc) > initrd
rm -r ./*.deb kernel busybox tree
