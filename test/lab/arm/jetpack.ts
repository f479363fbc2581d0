import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ModelName, models } from './models.ts';

const UNIT = 'nvzramconfig.service';

const ZRAM_UNIT = `[Unit]
Description=ZRAM configuration

[Service]
Type=oneshot
ExecStart=/etc/systemd/nvzramconfig.sh

[Install]
WantedBy=multi-user.target
`;

// Half of the memory, a device for each processor, and nothing that takes it back when the unit stops.
const ZRAM = `#!/bin/sh
set -eu
count=$(nproc)
modprobe zram "num_devices=$count"
size=$(awk -v count="$count" '$1 == "MemTotal:" { print int($2 / 2 / count) "K" }' /proc/meminfo)
for device in $(seq 0 $((count - 1))); do
  echo "$size" > "/sys/block/zram$device/disksize"
  mkswap "/dev/zram$device" > /dev/null
  swapon --priority 5 "/dev/zram$device"
done
`;

/** As if the kernel had been built without it: whoever asks, the kernel itself included, asks modprobe. */
const WITHOUT_VXLAN = 'install vxlan /bin/false\n';

/** Writes into the tree of a board what the software of a Jetson brings along: its release line, its zram, the gaps of its kernel. */
export const writeJetPack = async (tree: string, name: ModelName): Promise<void> => {
  const { l4t, vxlan } = models[name];
  const files = [
    { path: 'etc/nv_tegra_release', text: `${l4t}\n` },
    { path: `etc/systemd/system/${UNIT}`, text: ZRAM_UNIT },
    { path: 'etc/systemd/nvzramconfig.sh', text: ZRAM, mode: 0o755 },
    ...(vxlan ? [] : [{ path: 'etc/modprobe.d/no-vxlan.conf', text: WITHOUT_VXLAN }]),
  ];
  for (const { path, text, mode = 0o644 } of files) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), text, { mode });
  }
  const wants = join(tree, 'etc/systemd/system/multi-user.target.wants');
  await mkdir(wants);
  await symlink(`../${UNIT}`, join(wants, UNIT));
};
