import { asRoot, script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** How warm the machine is, and what a poor power supply did to it. */
export interface Heat {
  /** The warmest thermal zone by its name, in whole °C; absent where the kernel has none. */
  readonly warmest?: { readonly zone: string; readonly celsius: number };
  /** Processors that are switched off, as a list such as `4-5`; '' when all run. */
  readonly offline: string;
  /** The firmware's word about its supply on a Raspberry Pi, `50005` in hexadecimal; '' elsewhere. */
  readonly throttled: string;
  /** How often a Jetson was throttled since boot because its current was too high or its voltage too low; absent elsewhere. */
  readonly overCurrents?: number;
}

const READ = `for zone in /sys/class/thermal/thermal_zone*; do
  { read -r type < "$zone/type" && read -r temp < "$zone/temp" && echo "zone $type $temp"; } 2>/dev/null
done
echo "offline $(cat /sys/devices/system/cpu/offline 2>/dev/null)"
cat /sys/devices/platform/soc/soc:firmware/get_throttled 2>/dev/null | sed 's/^/throttled /'
for file in /sys/class/hwmon/hwmon*/oc*_event_cnt; do
  { read -r count < "$file" && echo "overcurrent \${file##*/} $count"; } 2>/dev/null
done
true`;

/** Temperatures, processors that are off, and under-voltage, as the kernel tells them without a tool. */
export const heat: Fact<Heat | 'absent'> = {
  name: 'heat',
  ask: asRoot(script(READ)),
  parse: (output) => {
    const offline = /^offline ?([\d,-]*)$/m.exec(output)?.[1];
    if (offline === undefined) return 'absent';
    // A zone that is switched off with its part of the chip reads as far below freezing, and the power chip of a Jetson
    // has no sensor: it reads as 50 or 100 for ever.
    const zones = [...output.matchAll(/^zone (?!PMIC)(\S+) (-?\d{1,7})$/gm)]
      .map(([, zone = '', milli]) => ({ zone, celsius: Math.round(Number(milli) / 1000) }))
      .sort((a, b) => b.celsius - a.celsius);
    const [warmest] = zones;
    const counts = [...output.matchAll(/^overcurrent oc\d{1,2}_event_cnt (\d{1,9})$/gm)];
    return {
      ...(warmest ? { warmest } : {}),
      offline,
      ...(counts.length > 0
        ? { overCurrents: counts.reduce((sum, [, count]) => sum + Number(count), 0) }
        : {}),
      throttled: /^throttled (?:0x)?([\da-f]{1,8})$/m.exec(output)?.[1] ?? '',
    };
  },
};
