import { asRoot, script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** What runs on the machine below any service. */
export interface System {
  /** `5.15.148-tegra` */
  readonly kernel: string;
  /** The width of the programs, which is not always the kernel's. */
  readonly bits: number;
  /** Bytes of a page of memory. */
  readonly page: number;
  /** The name of process 1. */
  readonly init: string;
  /** `Europe/Berlin`; '' when nothing says it. */
  readonly zone: string;
  readonly appArmor: 'on' | 'no parser' | 'off';
  readonly selinux: 'enforcing' | 'permissive' | 'off';
  /** A new kernel or library waits for a reboot. */
  readonly wantsReboot: boolean;
  /** Mounts below the root reach the namespaces of pods. */
  readonly sharesMounts: boolean;
}

const READ = `echo "kernel $(uname -r)"
echo "bits $(getconf LONG_BIT)"
echo "page $(getconf PAGESIZE)"
read -r init < /proc/1/comm && echo "init $init"
zone=$(readlink /etc/localtime) && echo "zone \${zone#*zoneinfo/}" || sed -n '1s/^/zone /p' /etc/timezone
[ "$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)" = Y ] && [ -e /sys/kernel/security/apparmor ] && echo apparmor
command -v apparmor_parser >/dev/null && echo parser
case $(cat /sys/fs/selinux/enforce 2>/dev/null) in 1) echo enforcing;; 0) echo permissive;; esac
[ ! -e /run/reboot-required ] && [ ! -e /var/run/reboot-required ] || echo reboot
grep -q ' / / .* shared:' /proc/1/mountinfo && echo shared
true`;

/** The kernel, process 1 and what guards them, in one cheap question. */
export const system: Fact<System | 'absent'> = {
  name: 'system',
  ask: asRoot(script(READ)),
  parse: (output) => {
    const lines = new Set(output.split('\n'));
    const wordOf = (key: string): string => new RegExp(`^${key} (\\S+)$`, 'm').exec(output)?.[1] ?? '';
    const kernel = wordOf('kernel');
    if (kernel === '') return 'absent';
    const appArmor = lines.has('parser') ? 'on' : 'no parser';
    return {
      kernel,
      bits: Number(/^\d{1,3}$/.exec(wordOf('bits'))?.[0] ?? 0),
      page: Number(/^\d{1,7}$/.exec(wordOf('page'))?.[0] ?? 0),
      init: wordOf('init'),
      zone: wordOf('zone'),
      appArmor: lines.has('apparmor') ? appArmor : 'off',
      selinux: lines.has('enforcing') ? 'enforcing' : lines.has('permissive') ? 'permissive' : 'off',
      wantsReboot: lines.has('reboot'),
      sharesMounts: lines.has('shared'),
    };
  },
};
