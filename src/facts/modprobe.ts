import { asRoot, script } from '../engine/command.ts';
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

const TRIALS = ['there', 'loads', 'fails'] as const;

/** What became of loading a module: it was there before, it can be loaded, or it cannot. */
export type Trial = (typeof TRIALS)[number];

// What was loaded for it is taken out again, because br_netfilter changes what becomes of the packets of bridges that are there.
// Where a kernel has it built in and says so nowhere, its settings do.
const TRY = `[ ! -e /run/systemd/container ] || exit
for module; do
  settings=
  [ "$module" != br_netfilter ] || settings=/proc/sys/net/bridge/bridge-nf-call-iptables
  if [ -d "/sys/module/$module" ] || [ -e "\${settings:-/none}" ]; then echo "$module there"
  elif modprobe "$module" 2>/dev/null; then
    echo "$module loads"
    rmmod "$module" 2>/dev/null
  else echo "$module fails"
  fi
done`;

/** Which of these kernel modules can really be loaded: a file that is there may be of another kernel. A container may not try. */
export const modulesTried = (
  ...modules: readonly string[]
): Fact<Readonly<Record<string, Trial>> | 'absent'> => ({
  name: 'modules-tried',
  ask: asRoot(script(TRY, ...modules)),
  parse: (output) => {
    const lines = [...output.matchAll(/^(\w+) (there|loads|fails)$/gm)];
    const trials = lines.flatMap(([, module = '', word]) => {
      const trial = TRIALS.find((one) => one === word);
      return trial ? [[module, trial] as const] : [];
    });
    return trials.length > 0 ? Object.fromEntries(trials) : 'absent';
  },
});
