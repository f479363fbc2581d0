import type { Host } from '../../../src/spec/cluster.ts';
import { Disk } from './disk.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

/** The links that systemd makes of `enable`. */
const WANTS = '/etc/systemd/system/multi-user.target.wants/';
const HERE = '/etc/systemd/system/';
const BOOT_MS = 10_000;
const DISTRIBUTION = '/lib/systemd/system/';

/** A unit as systemd knows it: the file that it has read, and whether it is to run since when. */
export interface Unit {
  readonly text: string;
  runs: boolean;
  since: number;
}

/** A board or the control node as it stands: what it is, its power, cable, clock, files, kernel and units. */
export interface Machine {
  readonly host: Host;
  readonly disk: Disk;
  readonly machineId: string;
  readonly memory: number;
  readonly arch: 'x86_64' | 'aarch64';
  /** A clock that goes on without power; a board without one wakes in 1970, or when it was last told the time. */
  readonly hasBattery: boolean;
  readonly hasOwnRoute: boolean;
  isOn: boolean;
  /** Its own cable. */
  isPlugged: boolean;
  /** Whether its sshd takes connections, and the generation of those that live. */
  sshdBack: number;
  connections: number;
  boot: number;
  bootedAt: number;
  /** Its clock minus the true time, in ms. */
  skew: number;
  hostname: string;
  readonly modules: Set<string>;
  readonly settings: Map<string, number>;
  readonly swaps: Set<string>;
  /** What containerd has, by name: the digests of manifests. */
  readonly images: Map<string, string>;
  /** What a k3s that ran has left in the kernel. */
  readonly leftovers: Set<'programs' | 'mounts' | 'network' | 'rules'>;
  readonly units: Map<string, Unit>;
}

const KERNEL: readonly (readonly [string, number])[] = [
  ['net.ipv4.ip_forward', 0],
  ['net.bridge.bridge-nf-call-iptables', 1],
  ['net.bridge.bridge-nf-call-ip6tables', 1],
  ['fs.inotify.max_user_instances', 128],
  ['fs.inotify.max_user_watches', 65_536],
  ['fs.nr_open', 1_048_576],
  ['kernel.pid_max', 4_194_304],
];

/** A machine as it comes from its maker, which differs from one to the next; switched on. */
export const newMachine = (host: Host, index: number, random: Random, timeline: Timeline): Machine => {
  const disk = new Disk(() => timeline.now);
  const name = `board-${index}`;
  const isControl = host.duty !== 'board';
  disk.write('/etc/hosts', `127.0.0.1\tlocalhost\n${random.chance(0.5) ? `127.0.1.1\t${name}\n` : ''}`);
  disk.write('/etc/hostname', `${name}\n`);
  disk.write('/etc/resolv.conf', `nameserver ${random.chance(0.3) ? '127.0.0.53' : '10.20.0.1'}\n`);
  if (isControl && random.chance(0.6)) {
    disk.write('/etc/chrony/chrony.conf', 'confdir /etc/chrony/conf.d\n');
    disk.write(`${DISTRIBUTION}chrony.service`, '[Unit]\n');
    disk.link(`${WANTS}chrony.service`, 'chrony.service');
  }
  if (!isControl && random.chance(0.8)) {
    disk.write(`${DISTRIBUTION}systemd-timesyncd.service`, '[Unit]\n');
    disk.link(`${WANTS}systemd-timesyncd.service`, 'systemd-timesyncd.service');
  }
  const zram = !isControl && random.chance(0.4);
  if (zram) {
    disk.write(`${DISTRIBUTION}nvzramconfig.service`, '[Unit]\n');
    disk.link(`${WANTS}nvzramconfig.service`, 'nvzramconfig.service');
  }
  disk.settle();
  const machine: Machine = {
    host,
    disk,
    machineId: `${index}`.padStart(32, 'a'),
    memory: random.pick([4096, 8192, 16_384]) - index,
    arch: random.chance(0.8) ? 'aarch64' : 'x86_64',
    hasBattery: isControl || random.chance(0.6),
    hasOwnRoute: random.chance(0.7),
    isOn: false,
    isPlugged: true,
    sshdBack: 0,
    connections: 0,
    boot: 0,
    bootedAt: 0,
    skew: 0,
    hostname: name,
    modules: new Set(),
    settings: new Map(),
    swaps: new Set(),
    images: new Map(),
    leftovers: new Set(),
    units: new Map(),
  };
  switchOn(machine, timeline.now);
  machine.sshdBack = 0;
  return machine;
};

/** The machine's own time, in ms since 1970. */
export const clockOf = ({ skew }: Machine, now: number): number => now + skew;

const unitText = ({ disk }: Machine, name: string): string | undefined =>
  disk.read(`${HERE}${name}`) ?? disk.read(`${DISTRIBUTION}${name}`);

/** systemd reads the unit's file anew. */
const loadUnit = (machine: Machine, name: string): Unit | undefined => {
  const text = unitText(machine, name);
  const before = machine.units.get(name);
  // An empty file masks its unit.
  if (text === undefined || text === '') return before;
  const unit = { text, runs: before?.runs ?? false, since: before?.since ?? 0 };
  machine.units.set(name, unit);
  return unit;
};

/** Whether the unit starts at every boot. */
export const isEnabled = ({ disk }: Machine, name: string): boolean => disk.has(`${WANTS}${name}`);

/** What `systemctl show` calls LoadState. */
export const loadState = (machine: Machine, name: string): 'loaded' | 'masked' | 'not-found' => {
  const text = unitText(machine, name);
  if (text === '') return 'masked';
  return text !== undefined || machine.units.has(name) ? 'loaded' : 'not-found';
};

/** What only some units do when they start and stop. */
const atStart = (machine: Machine, name: string): void => {
  if (name === 'nvzramconfig.service') machine.swaps.add('/dev/zram0');
};
const atStop = (machine: Machine, name: string): void => {
  if (name === 'nvzramconfig.service') machine.swaps.delete('/dev/zram0');
};

/** `systemctl start`; false when there is nothing to start. */
export const startUnit = (machine: Machine, name: string, now: number): boolean => {
  const unit = machine.units.get(name) ?? loadUnit(machine, name);
  if (!unit || loadState(machine, name) === 'masked') return false;
  if (!unit.runs) {
    unit.runs = true;
    unit.since = now;
    atStart(machine, name);
  }
  return true;
};

/** `systemctl stop` */
export const stopUnit = (machine: Machine, name: string): void => {
  const unit = machine.units.get(name);
  if (unit) unit.runs = false;
  atStop(machine, name);
};

/** `systemctl enable`, which makes systemd read all unit files anew; false when there is no such unit. */
export const enableUnit = (machine: Machine, name: string): boolean => {
  if ((unitText(machine, name) ?? '') === '') return false;
  for (const known of [...machine.units.keys(), name]) loadUnit(machine, known);
  if (!isEnabled(machine, name)) machine.disk.link(`${WANTS}${name}`, name);
  return true;
};

/** `systemctl disable` */
export const disableUnit = (machine: Machine, name: string): void => machine.disk.remove(`${WANTS}${name}`);

const atBoot = (machine: Machine): void => {
  const { disk } = machine;
  machine.hostname = disk.read('/etc/hostname')?.trim() || 'localhost';
  for (const path of disk.below('/etc/modules-load.d/').filter((one) => one.endsWith('.conf')))
    for (const module of (disk.read(path) ?? '').split('\n').filter(Boolean)) machine.modules.add(module);
  for (const [key, value] of KERNEL) machine.settings.set(key, value);
  applySettings(machine);
};

/** `sysctl -p` of edgectl's file. */
export const applySettings = ({ disk, settings }: Machine): void => {
  const lines = (disk.read('/etc/sysctl.d/90-edgectl.conf') ?? '').matchAll(/^(\S+) = (\d+)$/gm);
  for (const [, key = '', value] of lines) if (settings.has(key)) settings.set(key, Number(value));
};

/** Power on: the machine boots, and starts what is enabled. */
export const switchOn = (machine: Machine, now: number): void => {
  if (machine.isOn) return;
  machine.isOn = true;
  machine.boot++;
  machine.bootedAt = now;
  machine.sshdBack = now + 8000;
  if (!machine.hasBattery) {
    const told = Number(machine.disk.read('/var/lib/systemd/timesync/clock') ?? 0);
    // It stands still while the board boots, too.
    machine.skew = told - now - BOOT_MS;
  }
  machine.modules.clear();
  machine.settings.clear();
  machine.swaps.clear();
  machine.units.clear();
  machine.leftovers.clear();
  atBoot(machine);
  for (const path of machine.disk.below(WANTS)) startUnit(machine, path.slice(WANTS.length), now);
};

/** Power off, in good order or not; what was connected is lost. */
export const switchOff = (machine: Machine, random: Random | undefined): void => {
  if (!machine.isOn) return;
  machine.isOn = false;
  machine.connections++;
  if (random) machine.disk.cut(random);
  else machine.disk.halt();
};
