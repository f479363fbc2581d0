import { now, script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** How the machine keeps the time over a power cut, and who sets it. */
export interface Timekeeping {
  /** Seconds by which its battery-backed clock is ahead of the control node's; absent where it has no such clock. */
  readonly rtc?: number;
  /** Years by which the control node's time is past systemd's own epoch, beyond which systemd moves a clock back. */
  readonly pastEpoch: number;
  /** The services at work that set the clock. */
  readonly services: readonly string[];
}

const UNITS = ['systemd-timesyncd', 'chrony', 'chronyd', 'ntp', 'ntpsec', 'ntpd', 'openntpd'];

const READ = `read -r ref || exit
echo "time $ref"
read -r rtc < /sys/class/rtc/rtc0/since_epoch && echo "rtc $rtc"
epoch=$(stat -c %Y /usr/lib/clock-epoch 2>/dev/null || stat -c %Y /usr/lib/systemd/systemd /lib/systemd/systemd 2>/dev/null)
[ -z "$epoch" ] || echo "epoch" $epoch
systemctl show --property=Id,ActiveState "$@" | sed -n 's/^Id=\\(.*\\)\\.service$/unit \\1/p; s/^ActiveState=active$/active/p'`;

const YEAR = 31_556_952;

/** The battery-backed clock, systemd's epoch and the services that set the time. */
export const timekeeping: Fact<Timekeeping | 'absent'> = {
  name: 'timekeeping',
  ask: { ...script(READ, ...UNITS.map((unit) => `${unit}.service`)), stdin: [now, '\n'] },
  parse: (output) => {
    const numberOf = (word: string): number | undefined => {
      const digits = new RegExp(`^${word} (\\d{1,12})\\b`, 'm').exec(output)?.[1];
      return digits === undefined ? undefined : Number(digits);
    };
    const reference = numberOf('time');
    if (reference === undefined) return 'absent';
    const [rtc, epoch] = [numberOf('rtc'), numberOf('epoch')];
    return {
      ...(rtc === undefined ? {} : { rtc: rtc - reference }),
      pastEpoch: epoch === undefined ? 0 : Math.floor((reference - epoch) / YEAR) + 0,
      services: [
        ...new Set([...output.matchAll(/^unit (\S+)\nactive$/gm)].map(([, unit = '']) => unit)),
      ].sort(),
    };
  },
};
