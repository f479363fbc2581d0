import { isClockOff } from '../../facts/date.ts';
import type { SYSTEM } from '../../spec/checks/system.ts';
import { LIMITS } from './questions.ts';
import { bad, fine, ofMachine, othersWith, type Rule, type Rules, unknown } from './rule.ts';

/** What images call every board that they are written to. */
const IMAGE_NAMES = [
  'armbian',
  'debian',
  'jetson',
  'jetson-desktop',
  'jetson-nano',
  'localhost',
  'nano-desktop',
  'nvidia',
  'nvidia-desktop',
  'raspberrypi',
  'tegra-ubuntu',
  'ubuntu',
];

/** File systems whose content may lie in memory. */
const VOLATILE = ['overlay', 'aufs', 'tmpfs', 'ramfs'];

const LEAST_VERSION: Readonly<Record<string, number>> = { debian: 11, raspbian: 11, ubuntu: 18.04 };

/** Whether a version such as `5.15.148-tegra` is at least this one. */
const isAtLeast = (kernel: string, major: number, minor: number): boolean => {
  const [first = 0, second = 0] = kernel.split(/[.-]/).map(Number);
  return first > major || (first === major && second >= minor);
};

const kernelRule =
  (major: number, minor: number): Rule =>
  ({ system }) => {
    if (system === 'absent') return unknown('its kernel');
    const message = `kernel ${system.kernel}`;
    return isAtLeast(system.kernel, major, minor) ? fine(message) : bad(message);
  };

const DAY = 86_400;
/** Years past its own build after which systemd moves a clock back. */
const PLAUSIBLE_YEARS = 15;

const clockRules: Pick<
  Rules<keyof typeof SYSTEM>,
  'CLOCK' | 'CLOCK_BATTERY' | 'CLOCK_EPOCH' | 'TIME_SYNC' | 'TIME_ZONE'
> = {
  CLOCK: ({ clockSkew: skew, container }, { cluster }) => {
    if (skew === 'absent') return bad('does not tell its time', 'look at `date` on it');
    const mends = cluster.time.from === 'control' && container !== 'yes';
    const message = `${Math.abs(skew)} s ${skew < 0 ? 'behind' : 'ahead of'} the control node`;
    if (!isClockOff(skew)) return fine(message);
    return mends ? fine(`${message}; init sets it`) : bad(message);
  },

  CLOCK_BATTERY: ofMachine(({ timekeeping: its }) => {
    if (its === 'absent') return unknown('how it keeps the time');
    if (its.rtc === undefined) return bad('has no clock with a battery');
    const days = Math.round(Math.abs(its.rtc) / DAY);
    return Math.abs(its.rtc) < DAY
      ? fine('has a clock that keeps the time')
      : bad(`its clock with a battery is ${days} days ${its.rtc < 0 ? 'behind' : 'ahead'}`);
  }),

  CLOCK_EPOCH: ofMachine(({ timekeeping: its }) => {
    if (its === 'absent') return unknown("systemd's epoch");
    return its.pastEpoch < PLAUSIBLE_YEARS
      ? fine(`the time is ${its.pastEpoch} years past systemd's epoch`)
      : bad(`the time is ${its.pastEpoch} years past systemd's epoch, which moves it back at boot`);
  }),

  TIME_SYNC: ofMachine(({ timekeeping: its }) => {
    if (its === 'absent') return unknown('which services set its clock');
    if (its.services.length === 0) return fine('no service sets the clock');
    const list = its.services.join(' and ');
    return its.services.length === 1 ? fine(`${list} sets the clock`) : bad(`${list} set the clock`);
  }),

  TIME_ZONE: ({ system }, place) => {
    const zoneOf = (found: typeof system): string => (found === 'absent' ? '' : found.zone);
    const zone = zoneOf(system);
    if (zone === '') return unknown('its time zone');
    const control = place.all[place.cluster.control.key];
    const common = control ? zoneOf(control.system) : '';
    return common === '' || common === zone ? fine(zone) : bad(`${zone}, the control node has ${common}`);
  },
};

/** The operating system, its clock and the machine's identity. */
export const systemRules: Rules<keyof typeof SYSTEM> = {
  SUDO: ({ rootWorks }) =>
    rootWorks === 'yes' ? fine('commands run as root') : bad('commands do not run as root'),

  SYSTEMD: ({ system }) => {
    if (system === 'absent' || system.init === '') return unknown('its process 1');
    return system.init === 'systemd' ? fine('systemd runs') : bad(`process 1 is ${system.init}`);
  },

  OS_RELEASE: ({ osRelease }) => {
    if (osRelease === 'absent') return bad('does not tell its distribution');
    const { id, version } = osRelease;
    const least = LEAST_VERSION[id];
    const message = `${id} ${version}`.trim();
    const fits = least !== undefined && (version === '' || Number.parseFloat(version) >= least);
    return fits ? fine(message) : bad(message);
  },

  KERNEL: kernelRule(4, 9),
  KERNEL_AGE: kernelRule(4, 19),

  TOOLS: ({ missing }) => {
    if (missing === 'absent') return unknown('which programs it has');
    return missing.length === 0 ? fine('has all programs') : bad(`lacks ${missing.join(', ')}`);
  },

  ROOT_READ_ONLY: ({ ownPlaces: places }) => {
    if (places === 'absent') return unknown('how its root is mounted');
    const shut = places.flatMap(({ path, readOnly }) => (readOnly ? [path] : []));
    return shut.length === 0 ? fine('the system is writable') : bad(`${shut.join(', ')} read-only`);
  },

  ROOT_VOLATILE: ofMachine(({ ownPlaces: places }) => {
    if (places === 'absent') return unknown('how its root is mounted');
    const lost = places.filter(({ type }) => VOLATILE.includes(type));
    return lost.length === 0
      ? fine('the system lies on a disk')
      : bad(lost.map(({ path, type }) => `${path} is ${type}`).join(', '));
  }),

  SHARED_MOUNTS: ({ system }) => {
    if (system === 'absent') return unknown('how its root is mounted');
    return system.sharesMounts ? fine('the root mount is shared') : bad('the root mount is private');
  },

  APPARMOR: ofMachine(({ system }) => {
    if (system === 'absent') return unknown('whether it has AppArmor');
    if (system.appArmor === 'off') return fine('no AppArmor');
    return system.appArmor === 'on'
      ? fine('AppArmor, with its parser')
      : bad('AppArmor without apparmor_parser');
  }),

  SELINUX: ofMachine(({ system }) => {
    if (system === 'absent') return unknown('whether it has SELinux');
    return system.selinux === 'enforcing' ? bad('SELinux enforces') : fine(`SELinux ${system.selinux}`);
  }),

  OPEN_FILES: ofMachine(({ limits }) => {
    if (limits === 'absent') return unknown('its limits');
    const low = Object.entries(LIMITS).flatMap(([key, least]) =>
      (limits[key] ?? least) < least ? [`${key} is ${limits[key]}`] : [],
    );
    return low.length === 0 ? fine('high enough limits') : bad(low.join(', '));
  }),

  REBOOT_PENDING: ({ system }) =>
    system !== 'absent' && system.wantsReboot ? bad('waits for a reboot') : fine('no reboot is due'),

  ...clockRules,

  MACHINE_ID: ({ machine }) =>
    machine === 'absent' ? bad('has no machine-id') : fine(`machine-id ${machine.id.slice(0, 8)}`),

  HOSTNAME: ({ hostname }, { host }) => {
    if (host.name !== undefined) return fine(`named ${host.name} by the cluster file`);
    if (hostname === 'absent') return unknown('its hostname');
    const name = hostname.current.toLowerCase();
    return IMAGE_NAMES.includes(name)
      ? bad(`is called "${name}", as its image calls every board`)
      : fine(name);
  },

  SSH_KEYS_UNIQUE: ({ sshHostKeys: keys }, place) => {
    if (keys === 'absent') return unknown('its SSH host keys');
    const twins = othersWith(
      place,
      ({ sshHostKeys }) => sshHostKeys !== 'absent' && sshHostKeys.some((key) => keys.includes(key)),
    );
    return twins.length === 0
      ? fine('SSH host keys of its own')
      : bad(`has the same SSH host key as ${twins.join(', ')}`);
  },
};
