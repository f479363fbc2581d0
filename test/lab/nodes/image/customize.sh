#!/bin/sh
# Turns the fresh root file system $1 into a lab node: two sudo users, an sshd that waits for its
# keys, and none of the units that only cost start time in a container.
set -eu
root=$1
units=$root/etc/systemd/system

# `engineer` proves sudo with a password; the password is in test/lab/nodes/users.ts too.
chroot "$root" useradd --create-home --shell /bin/bash ubuntu
chroot "$root" useradd --create-home --shell /bin/bash --groups sudo engineer
echo 'engineer:cabinet-17' | chroot "$root" chpasswd
echo 'ubuntu ALL=(ALL) NOPASSWD: ALL' > "$root/etc/sudoers.d/ubuntu"
chmod 440 "$root/etc/sudoers.d/ubuntu"

# Host keys and authorised keys are each node's own: the lab lays them into /mnt/lab-seed.
rm -f "$root"/etc/ssh/ssh_host_*
mkdir -p "$root/mnt/lab-seed" "$units/ssh.service.d"
cat > "$units/lab-seed.service" <<'UNIT'
[Unit]
Description=Take over this lab node's keys on its first boot
ConditionPathExists=!/etc/ssh/ssh_host_ed25519_key
DefaultDependencies=no
After=local-fs.target
[Service]
Type=oneshot
ExecStart=/usr/local/sbin/lab-seed
UNIT
mkdir -p "$root/usr/local/sbin"
cat > "$root/usr/local/sbin/lab-seed" <<'SEED'
#!/bin/sh
set -eu
for user in ubuntu engineer; do
  install -d -m 700 -o "$user" -g "$user" "/home/$user/.ssh"
  install -m 600 -o "$user" -g "$user" /mnt/lab-seed/authorized_keys "/home/$user/.ssh/authorized_keys"
done
install -m 644 /mnt/lab-seed/*_key.pub /etc/ssh/
install -m 600 /mnt/lab-seed/ssh_host_ecdsa_key /etc/ssh/
# Last, because its presence says that the rest is done.
install -m 600 /mnt/lab-seed/ssh_host_ed25519_key /etc/ssh/
SEED
chmod 755 "$root/usr/local/sbin/lab-seed"
# What a board has and a container has not: a shared /, a writable /sys and cgroups, and these files of its own,
# which podman mounts anew at each start. What someone wrote into them stays.
cat > "$units/lab-boot.service" <<'UNIT'
[Unit]
Description=Make this container more like a board
DefaultDependencies=no
Before=sysinit.target
[Service]
Type=oneshot
ExecStart=/usr/local/sbin/lab-boot
[Install]
WantedBy=sysinit.target
UNIT
cat > "$root/usr/local/sbin/lab-boot" <<'BOOT'
#!/bin/sh
set -eu
mount --make-rshared /
mount -o remount,rw /sys
for hierarchy in /sys/fs/cgroup/*/; do
  mount -o remount,bind,rw "$hierarchy" 2>/dev/null || true # some are links, not mounts
done
for file in hostname hosts resolv.conf; do
  cp "/etc/$file" "/run/lab-$file"
  umount "/etc/$file"
  [ -s "/etc/$file" ] || cp "/run/lab-$file" "/etc/$file"
  rm "/run/lab-$file"
done
hostname --file /etc/hostname
BOOT
chmod 755 "$root/usr/local/sbin/lab-boot"
chroot "$root" systemctl --quiet enable lab-boot.service
# A login before systemd-user-sessions would be told that the system is booting up.
cat > "$units/ssh.service.d/lab.conf" <<'UNIT'
[Unit]
Requires=lab-seed.service
After=lab-seed.service systemd-user-sessions.service
UNIT

for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer \
  e2scrub_reap.service fstrim.timer console-getty.service getty.target systemd-firstboot.service \
  systemd-hwdb-update.service ldconfig.service systemd-journal-catalog-update.service \
  systemd-update-done.service systemd-update-utmp.service systemd-update-utmp-runlevel.service \
  systemd-pstore.service systemd-udevd.service sys-kernel-debug.mount sys-kernel-tracing.mount \
  dev-hugepages.mount modprobe@.service; do
  ln -sf /dev/null "$units/$unit"
done
chroot "$root" systemctl --quiet set-default multi-user.target
mkdir -p "$root/etc/systemd/journald.conf.d"
printf '[Journal]\nStorage=volatile\nRuntimeMaxUse=32M\n' > "$root/etc/systemd/journald.conf.d/lab.conf"

rm -f "$root/lib/systemd/system/multi-user.target.wants/systemd-logind.service"
rm -rf "$root"/usr/share/doc/* "$root"/usr/share/man/* "$root"/usr/share/locale/*

# Each node makes its own machine-id, and takes its name from the container.
: > "$root/etc/machine-id"
rm -f "$root/var/lib/dbus/machine-id" "$root"/etc/hostname "$root"/etc/hosts "$root"/etc/resolv.conf
