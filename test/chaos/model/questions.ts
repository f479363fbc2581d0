import type { Command } from '../../../src/engine/command.ts';
import { aptSays, packagesFree } from '../../../src/facts/apt.ts';
import { cgroups } from '../../../src/facts/cgroups.ts';
import { clockSkew } from '../../../src/facts/date.ts';
import { freeDisk } from '../../../src/facts/df.ts';
import { diskSpace } from '../../../src/facts/disk-space.ts';
import { fileState } from '../../../src/facts/file-state.ts';
import { holdings } from '../../../src/facts/holdings.ts';
import { vxlan } from '../../../src/facts/ip.ts';
import { keptState } from '../../../src/facts/kept-state.ts';
import { linkSpeed } from '../../../src/facts/link-speed.ts';
import { machine as machineFact } from '../../../src/facts/machine.ts';
import { kernelModules } from '../../../src/facts/modprobe.ts';
import { ownFileState } from '../../../src/facts/own-file-state.ts';
import { filesLike, linkTo, missingTools, pathState } from '../../../src/facts/path.ts';
import { placed } from '../../../src/facts/placed.ts';
import { resolvConf } from '../../../src/facts/resolv-conf.ts';
import { serverTls } from '../../../src/facts/server-tls.ts';
import { swap } from '../../../src/facts/swap.ts';
import { unitStart } from '../../../src/facts/systemctl.ts';
import { BUNDLE_ANSWERS } from './bundle.ts';
import { systemOf } from './disk.ts';
import { clockOf, isEnabled, loadState, type Machine } from './machine.ts';
import { hashOf } from './matter.ts';
import { RESET_ANSWERS } from './removal.ts';
import type { Site } from './site.ts';
import { stampOf } from './stamp.ts';

/** What a machine prints when it is asked. */
export type Answer = (machine: Machine, args: readonly string[], stdin: string, site: Site) => string;

const FREE = 50_000_000_000;

const compareFile: Answer = ({ disk }, [path = '', mode], stdin) => {
  const entry = disk.files.get(path);
  if (!entry) return 'absent\n';
  return entry.mode === mode && entry.content === stdin ? 'same\n' : 'different\n';
};

const compareOwn: Answer = (machine, [path = '', mode = '', header], stdin, site) => {
  const content = machine.disk.read(path);
  if (content !== undefined && content.split('\n')[0] !== header) return 'foreign\n';
  return compareFile(machine, [path, mode], stdin, site);
};

const comparePlaced: Answer = (machine, [path = '', sha256, list = '']) => {
  const content = machine.disk.read(path);
  if (content === undefined) return 'absent\n';
  const entry = `${sha256} ${stampOf(machine, path)} ${path}`;
  const isListed = (machine.disk.read(list) ?? '').split('\n').includes(entry);
  return isListed || hashOf(content) === sha256 ? 'same\n' : 'different\n';
};

const tellKept: Answer = ({ disk, skew }, [folder = ''], _stdin, site) => {
  const paths = disk
    .below(`${folder}/`)
    .filter((path) =>
      /^(decisions\.json|(secrets|outcomes)\/[^/.][^/]*)$/.test(path.slice(folder.length + 1)),
    );
  const lines = paths.map(
    (path) => `${path.slice(folder.length + 1)} ${Buffer.from(disk.read(path) ?? '').toString('base64')}\n`,
  );
  return `${site.timeline.now + skew}\n${lines.join('')}`;
};

const tellModules: Answer = ({ disk, modules }, names) => {
  const files = disk.below('/etc/modules-load.d/').filter((path) => path.endsWith('.conf'));
  const boot = files.flatMap((path) => (disk.read(path) ?? '').split('\n'));
  const stateOf = (name: string): string => {
    if (modules.has(name)) return boot.includes(name) ? 'settled' : 'loaded';
    return 'loadable';
  };
  return names.map((name) => `${name} ${stateOf(name)}\n`).join('');
};

const tellSwap: Answer = (machine) => {
  const devices = [...machine.swaps].map((name) => `${name} partition 1024000 0 5\n`).join('');
  const unit = isEnabled(machine, 'nvzramconfig.service') ? 'unit nvzramconfig.service\n' : '';
  return `Filename Type Size Used Priority\n${devices}${unit}`;
};

const tellTls: Answer = ({ disk }, [datastore = '', path = '', hash, ...keys], stdin) => {
  if (disk.has(datastore)) {
    const content = disk.read(path);
    return content !== undefined && hashOf(content) === hash ? 'ours\n' : 'foreign\n';
  }
  const isThere = (line: string): boolean => {
    const [sha256, at = ''] = line.split('  ');
    const content = disk.read(at);
    return content !== undefined && hashOf(content) === sha256;
  };
  if (!stdin.split('\n').filter(Boolean).every(isThere)) return '';
  return keys.every((key) => (disk.read(key) ?? '') !== '') ? 'placed\n' : '';
};

const tellHoldings: Answer = (machine, [list = ''], stdin) => {
  const paths = stdin.split('\n').filter((path) => path !== '' && machine.disk.has(path));
  const listed = (machine.disk.read(list) ?? '').split('\n').filter((line) => line !== '');
  return [
    'list',
    ...listed.filter((line) => paths.some((path) => line.endsWith(` ${path}`))),
    'found',
    ...paths.map((path) => `${stampOf(machine, path)} ${path}`),
    'end',
    '',
  ].join('\n');
};

const tellSpace: Answer = ({ disk }, folders) => {
  const lines = folders.flatMap((folder) => {
    const system = systemOf(`${folder}/`);
    const free = disk.full.has(system) ? 0 : FREE / 1024;
    const files = disk.below(`${folder}/`).map((path) => `file 8 ${path}`);
    return [
      `folder ${system === 'data' ? 2 : 1} ${free} ${system === 'data' ? '/var/lib/rancher' : '/'} ${folder}`,
      ...files,
    ];
  });
  return `${lines.join('\n')}\nend\n`;
};

const tellUnitStart: Answer = (machine, [name = ''], _stdin, { timeline }) => {
  const unit = machine.units.get(name);
  const up = (timeline.now - machine.bootedAt) / 1000;
  const began = unit?.runs ? Math.round((unit.since - machine.bootedAt) * 1000) : 0;
  return `${Math.floor(clockOf(machine, timeline.now) / 1000)} ${up.toFixed(2)} ${Math.max(began, began && 1)}\n`;
};

const tellMachine: Answer = ({ machineId, memory, bootedAt }, _args, _stdin, { timeline }) =>
  `${machineId}\n${((timeline.now - bootedAt) / 1000).toFixed(2)} 1.00\n0-3\nMemTotal:       ${memory * 1024} kB\n`;

const tellTools: Answer = ({ disk }, names) => {
  const own = new Set(['kubectl', 'crictl', 'ctr']);
  return [...names.filter((name) => own.has(name) && !disk.has(`/usr/local/bin/${name}`)), 'end', ''].join(
    '\n',
  );
};

const source = (of: { readonly ask: unknown }): string => (of.ask as Command).parts[2] ?? '';
const nothing = { path: '', list: '', stamp: '' };
const apt = aptSays([], '');

/** The scripts that the model answers, by their text: a script that changes is a question that it does not know. */
const SCRIPTS: ReadonlyMap<string, Answer> = new Map([
  ...BUNDLE_ANSWERS,
  ...RESET_ANSWERS,
  [source(fileState({ path: '', mode: '0644', content: [] })), compareFile],
  [source(ownFileState({ path: '', mode: '0600', content: [] }, '')), compareOwn],
  [source(placed({ ...nothing, sha256: '' })), comparePlaced],
  [source(keptState('')), tellKept],
  [source(kernelModules('')), tellModules],
  [source(swap), tellSwap],
  [
    source(serverTls({ datastore: '', serverCa: { path: '', sha256: '' }, certificates: [], keys: [] })),
    tellTls,
  ],
  [source(holdings({ ...nothing, paths: [] })), tellHoldings],
  [source(diskSpace('')), tellSpace],
  [source(freeDisk), () => 'Filesystem 1K-blocks Used Available Use% Mounted\n/dev/sda 99 9 48000000 1% /\n'],
  [source(unitStart('')), tellUnitStart],
  [source(machineFact), tellMachine],
  [source(missingTools('')), tellTools],
  [source(cgroups), () => 'cgroup2fs\non cpuset\non cpu\non io\non memory\non pids\n'],
  [source(linkSpeed), () => 'eth0 1000\n'],
  [
    source(pathState('')),
    ({ disk }, paths) =>
      paths.some((path) => disk.has(path) || disk.below(`${path}/`).length > 0) ? 'exists\n' : '',
  ],
  [
    source(filesLike('')),
    ({ disk }, prefixes) => [...prefixes.flatMap((prefix) => disk.below(prefix)), 'end', ''].join('\n'),
  ],
  [
    source(resolvConf),
    ({ disk }) => `/etc/resolv.conf ${(disk.read('/etc/resolv.conf') ?? '').split(/\s/)[1]}\n`,
  ],
  [
    source(clockSkew),
    (machine, _args, stdin, { timeline }) =>
      `${Math.floor(clockOf(machine, timeline.now) / 1000) - Number(stdin.trim())}\n`,
  ],
  [
    source(linkTo('', '')),
    ({ disk }, [path = '', target]) => {
      if (!disk.has(path)) return 'absent\n';
      return disk.read(path) === `-> ${target}` ? 'same\n' : 'different\n';
    },
  ],
  [vxlan.ask('').parts[2] ?? '', () => 'works\n'],
  [vxlan.sweep.parts[2] ?? '', () => ''],
  // Every machine has the packages that it has to have.
  [apt.ask('').parts[2] ?? '', () => 'end\n'],
  [apt.sweep.parts[2] ?? '', () => ''],
  [source(packagesFree), () => 'free\n'],
]);

const readPath = (machine: Machine, path: string): string => {
  if (path === '/proc/sys/kernel/hostname') return `${machine.hostname}\n`;
  return machine.disk.read(path) ?? '';
};

/** Programs that the model answers for, by their names. */
const PROGRAMS: Readonly<Record<string, Answer>> = {
  true: () => '',
  'dpkg-query': () => '',
  cat: (machine, paths) => paths.map((path) => readPath(machine, path)).join(''),
  uname: ({ arch }) => `${arch}\n`,
  id: () => '0\n',
  'systemd-detect-virt': () => 'none\n',
  date: (machine, _args, _stdin, { timeline }) => `${Math.floor(clockOf(machine, timeline.now) / 1000)}\n`,
  ip: (machine, args) => {
    if (args.includes('address'))
      return `2: eth0    inet ${machine.host.address}/24 brd 10.20.0.255 scope global eth0\n`;
    if (machine.hasOwnRoute) return 'default via 10.20.0.1 dev eth0 \n';
    return machine.units.get('edgectl-default-route.service')?.runs
      ? 'default via 203.0.113.255 dev edgectl0 metric 65535 \n'
      : '';
  },
  grep: ({ disk, settings }, args) => {
    if (args.includes('^confdir')) return disk.read('/etc/chrony/chrony.conf') ?? '';
    return args
      .filter((arg) => arg.startsWith('/proc/sys/'))
      .map((path) => `${path}:${settings.get(path.slice('/proc/sys/'.length).replaceAll('/', '.')) ?? 0}\n`)
      .join('');
  },
  systemctl: (machine, args, _stdin, site) => {
    const name = args.at(-1) ?? '';
    const isK3s = name === 'k3s.service';
    const k3s = site.k3s.get(machine);
    const { runs = false } = machine.units.get(name) ?? {};
    const active = isK3s && !(k3s?.state === 'up' && k3s.hasServed) ? 'activating' : 'active';
    const enabled = isEnabled(machine, name) ? 'enabled' : 'disabled';
    return `LoadState=${loadState(machine, name)}\nActiveState=${runs ? active : 'inactive'}\nUnitFileState=${enabled}\n`;
  },
};

/** How a question is answered; undefined when the model knows nothing of it. */
export const answerOf = (
  argv: readonly string[],
): { answer: Answer; args: readonly string[] } | undefined => {
  const [program = '', option, text = '', , ...words] = argv;
  if (program === 'sh' && option === '-c') {
    const answer = SCRIPTS.get(text);
    return answer && { answer, args: words };
  }
  const answer = PROGRAMS[program];
  return answer && { answer, args: argv.slice(1) };
};
