#!/bin/sh
# Turns the root file system $1 into a board: two sudo users, an sshd that is there early, and none of the units that only
# cost start time under emulation.
set -eu
root=$1
units=$root/etc/systemd/system

for program in /usr/sbin/update-ca-certificates /bin/systemd-hwdb; do
  rm "$root$program"
  dpkg-divert --root "$root" --local --rename --quiet --remove "$program"
done
cat "$root"/usr/share/ca-certificates/mozilla/*.crt > "$root/etc/ssl/certs/ca-certificates.crt"

# As on the lab's other nodes.
chroot "$root" useradd --create-home --shell /bin/bash ubuntu
chroot "$root" useradd --create-home --shell /bin/bash --groups sudo engineer
echo 'engineer:cabinet-17' | chroot "$root" chpasswd
echo 'ubuntu ALL=(ALL) NOPASSWD: ALL' > "$root/etc/sudoers.d/ubuntu"
chmod 440 "$root/etc/sudoers.d/ubuntu"

# `sshd -t` before each start takes 2 s.
rm -f "$root"/etc/ssh/ssh_host_*
mkdir -p "$units/ssh.service.d"
cat > "$units/ssh.service.d/lab.conf" <<'UNIT'
[Unit]
After=systemd-user-sessions.service
[Service]
ExecStartPre=
Type=simple
UNIT
printf 'UseDNS no\n' > "$root/etc/ssh/sshd_config.d/lab.conf"

echo '/dev/vda / ext4 rw,noatime,noinit_itable 0 0' > "$root/etc/fstab"
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer \
  e2scrub_reap.service fstrim.timer getty.target getty@tty1.service serial-getty@ttyAMA0.service \
  systemd-firstboot.service systemd-hwdb-update.service systemd-networkd-wait-online.service ldconfig.service \
  systemd-journal-catalog-update.service systemd-update-done.service systemd-update-utmp.service \
  systemd-update-utmp-runlevel.service systemd-pstore.service systemd-repart.service \
  sys-kernel-debug.mount sys-kernel-tracing.mount dev-hugepages.mount dev-mqueue.mount; do
  ln -sf /dev/null "$units/$unit"
done
chroot "$root" systemctl --quiet set-default multi-user.target
mkdir -p "$root/etc/systemd/journald.conf.d"
printf '[Journal]\nStorage=volatile\nRuntimeMaxUse=32M\n' > "$root/etc/systemd/journald.conf.d/lab.conf"
# On a JetPack it runs from the first start on, and lifts a clock of 1970 to the day on which it was built. Here a test
# switches it on, so that what is lost without it shows too.
chroot "$root" systemctl --quiet disable systemd-timesyncd.service
# The bus starts it when someone logs in.
rm -f "$root/lib/systemd/system/multi-user.target.wants/systemd-logind.service"
rm -rf "$root"/usr/share/doc/* "$root"/usr/share/man/* "$root"/usr/share/locale/* "$root"/usr/lib/udev/hwdb.d

touch "$root/usr/lib/clock-epoch"
: > "$root/etc/machine-id"
rm -f "$root/var/lib/dbus/machine-id" "$root"/etc/hostname "$root"/etc/hosts "$root"/etc/resolv.conf
