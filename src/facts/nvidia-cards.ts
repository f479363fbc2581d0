import { script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** NVIDIA's cards in a machine: how many are on its PCI buses, the version of the driver in its kernel ('' for none), and what NVML calls those that it sees. */
export interface NvidiaCards {
  readonly found: number;
  readonly driver: string;
  readonly named: readonly string[];
}

// PCI vendor 0x10de is NVIDIA, class 0x03 a display or 3D controller. nvidia-smi loads the driver if it is not loaded, and
// waits for cards that hang: so it is asked only where there is one, and not for long.
const READ = `for device in /sys/bus/pci/devices/*; do
  read -r vendor 2>/dev/null < "$device/vendor" && read -r class 2>/dev/null < "$device/class" || continue
  [ "$vendor" = 0x10de ] || continue
  case $class in 0x03*) echo card;; esac
done
if [ -r /sys/module/nvidia/version ]; then
  read -r version < /sys/module/nvidia/version && echo "driver $version"
  names=$(timeout 10 nvidia-smi --query-gpu=name --format=csv,noheader 2>/dev/null) && echo "$names" | sed 's/^/gpu /'
fi
echo end`;

/** The cards of a machine through PCI and through NVML. A Jetson's GPU is on no PCI bus, and NVML does not see it. */
export const nvidiaCards: Fact<NvidiaCards | 'absent'> = {
  name: 'nvidia-cards',
  ask: script(READ),
  parse: (output) =>
    /^end$/m.test(output)
      ? {
          found: [...output.matchAll(/^card$/gm)].length,
          driver: /^driver ([\w.-]{1,40})$/m.exec(output)?.[1] ?? '',
          named: [...output.matchAll(/^gpu (\S.*)$/gm)].map(([, name = '']) => name.trim()),
        }
      : 'absent',
};
