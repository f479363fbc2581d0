import { script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

const STATES = ['built-in', 'settled', 'loaded', 'loadable', 'missing'] as const;

/** How a kernel module stands. `settled` is loaded now and at every boot, `loaded` is loaded now only. */
export type ModuleState = (typeof STATES)[number];

// `modprobe -D` says what loading would do, the modules that this one needs included. Where there are no module files,
// as in a container, it has nothing to say; what sysfs knows there is part of the kernel.
const READ = `PATH=$PATH:/usr/sbin:/sbin
[ -d "/lib/modules/$(uname -r)" ] && files=yes || files=no
line='
'
boot=$line$(cat /etc/modules-load.d/*.conf /usr/lib/modules-load.d/*.conf 2>/dev/null)$line
for module; do
  [ -d "/sys/module/$module" ] && known=yes || known=no
  case "$known,$boot" in "yes,"*"$line$module$line"*)
    echo "$module settled"
    continue ;;
  esac
  [ $files = yes ] && how=$(modprobe -D "$module" 2>/dev/null) || how=
  case "$how,$known" in
    *insmod*,yes) echo "$module loaded" ;;
    *insmod*,no) echo "$module loadable" ;;
    builtin*|,yes) echo "$module built-in" ;;
    *) echo "$module missing" ;;
  esac
done`;

/** How these kernel modules stand, by name. */
export const kernelModules = (
  ...modules: readonly string[]
): Fact<Readonly<Record<string, ModuleState>> | 'absent'> => ({
  name: 'kernel-modules',
  ask: script(READ, ...modules),
  parse: (output) => {
    const states = output.split('\n').flatMap((line) => {
      const [module = '', word] = line.trim().split(' ');
      const state = STATES.find((one) => one === word);
      return state ? [[module, state] as const] : [];
    });
    return states.length > 0 ? Object.fromEntries(states) : 'absent';
  },
});
