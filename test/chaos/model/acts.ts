import { setClock } from '../../../src/commands/date.ts';
import * as hostnamectl from '../../../src/commands/hostnamectl.ts';
import { nameOwnAddress } from '../../../src/commands/hosts-file.ts';
import { linkTools } from '../../../src/commands/k3s.ts';
import { place } from '../../../src/commands/place.ts';
import { removeMany } from '../../../src/commands/rm.ts';
import { swapOff } from '../../../src/commands/swapoff.ts';
import type { Command } from '../../../src/engine/command.ts';
import { breakLock, type Holder, withLocks } from '../../../src/engine/lock.ts';
import type { World } from '../../../src/engine/world.ts';
import type { Host } from '../../../src/spec/cluster.ts';
import { HALF_ENDINGS, hiddenHalf } from '../../../src/support/half-names.ts';
import { BUNDLE_ACTS } from './bundle.ts';
import { applySettings, disableUnit, enableUnit, type Machine, startUnit, stopUnit } from './machine.ts';
import { RESET_ACTS } from './removal.ts';
import type { Site } from './site.ts';
import { stampOf } from './stamp.ts';
import { type Step, scriptOf, step } from './step.ts';

/** What a command does to a machine, step by step. */
export type Act = (machine: Machine, args: readonly string[], stdin: string, site: Site) => readonly Step[];

/** The scripts that take, look at and free a lock, which are the engine's own. */
const lockScripts = async (): Promise<readonly string[]> => {
  const asked: string[] = [];
  const world: Pick<World, 'ask'> = {
    async ask(_host, [ask]) {
      asked.push(scriptOf(ask as Command));
      return ['taken'];
    },
  };
  const host = { key: 'any' } as Host;
  const of = {
    world,
    hosts: [host],
    holder: {} as Holder,
    isGone: () => false,
    nameOf: () => '',
    tell: () => {},
  };
  await withLocks(of, async () => {});
  return asked;
};
const [TAKE = '', RELEASE = ''] = await lockScripts();

const freeFolder = ({ disk }: Machine, folder: string): void => {
  for (const path of disk.below(`${folder}/`)) disk.remove(path);
};

const halves = ({ disk }: Machine, blob: string): void => {
  const at = blob.lastIndexOf('/') + 1;
  for (const ending of HALF_ENDINGS) disk.remove(`${blob}${ending}`);
  for (const path of disk.below(`${blob.slice(0, at)}${hiddenHalf(blob.slice(at))}`)) disk.remove(path);
};

const placeBlob: Act = (machine, [blob = '', to = '', mode = '', sha256 = '', list = '']) => {
  const { disk } = machine;
  return [
    step(() => disk.chmod(blob, mode.replace(/^0/, ''))),
    step(() => disk.move(blob, to)),
    step(() => halves(machine, blob)),
    step(() => {
      const others = (disk.read(list) ?? '')
        .split('\n')
        .filter((line) => line !== '' && !line.includes(` ${to}`));
      disk.write(
        `${list}.edgectl-part`,
        [...others, `${sha256} ${stampOf(machine, to)} ${to}`, ''].join('\n'),
      );
    }),
    step(() => disk.move(`${list}.edgectl-part`, list)),
  ];
};

const nameInHosts: Act = ({ disk }, [name = '']) => [
  step(() => {
    const lines = (disk.read('/etc/hosts') ?? '').split('\n').filter((line) => !line.startsWith('127.0.1.1'));
    disk.write('/etc/hosts.edgectl', `${lines.filter(Boolean).join('\n')}\n127.0.1.1\t${name}\n`);
  }),
  step(() => disk.move('/etc/hosts.edgectl', '/etc/hosts')),
];

// systemd writes the file beside its place first.
const setHostname: Act = (machine, [name = '']) => [
  step(() => {
    machine.hostname = name;
  }),
  step(() => machine.disk.write('/etc/.#hostname', `${name}\n`)),
  step(() => machine.disk.move('/etc/.#hostname', '/etc/hostname')),
];

const SAVED = '/var/lib/systemd/timesync/clock';

const setTime: Act = (machine, _args, stdin, { timeline }) => [
  step(() => {
    machine.skew = Number(stdin.trim()) * 1000 - timeline.now;
  }),
  // Its content stands for when it was touched.
  step(() => {
    machine.disk.write(SAVED, `${timeline.now + machine.skew}`);
    machine.disk.sync(SAVED);
  }),
];

const SCRIPTS: ReadonlyMap<string, Act> = new Map<string, Act>([
  ...BUNDLE_ACTS,
  ...RESET_ACTS,
  [
    TAKE,
    ({ disk }, [folder = '', over = ''], stdin) => [
      () => {
        const at = `${folder}/holder`;
        if (over !== '' && disk.read(at) === over) disk.remove(at);
        const holder = disk.read(at);
        if (holder !== undefined) return holder || 'unknown\n';
        disk.write(at, stdin);
        return 'taken\n';
      },
    ],
  ],
  [
    RELEASE,
    (machine, [folder = '', mine]) => [
      step(() => {
        if (machine.disk.read(`${folder}/holder`) === mine) freeFolder(machine, folder);
      }),
    ],
  ],
  [scriptOf(breakLock), (machine, [folder = '']) => [step(() => freeFolder(machine, folder))]],
  [scriptOf(place({ blob: '', to: '', mode: '', sha256: '' })), placeBlob],
  [scriptOf(nameOwnAddress('')), nameInHosts],
  [scriptOf(hostnamectl.setHostname('')), setHostname],
  [scriptOf(setClock), setTime],
  [
    scriptOf(removeMany([])),
    ({ disk }, _args, stdin) =>
      stdin
        .split('\n')
        .filter(Boolean)
        .map((path) => step(() => disk.remove(path))),
  ],
  [scriptOf(linkTools([])), ({ disk }, paths) => paths.map((path) => step(() => disk.link(path, 'k3s')))],
  [scriptOf(swapOff()), ({ swaps }, names) => names.map((name) => step(() => swaps.delete(name)))],
]);

const control: Act = (machine, [verb = '', ...rest], _stdin, { timeline }) => {
  const name = rest.at(-1) ?? '';
  const start = step(() => {
    if (!startUnit(machine, name, timeline.now)) throw new Error(`Failed to start ${name}`);
  });
  if (verb === 'stop') return [step(() => stopUnit(machine, name))];
  if (verb === 'disable')
    return [
      step(() => disableUnit(machine, name)),
      ...(rest.includes('--now') ? [step(() => stopUnit(machine, name))] : []),
    ];
  return [
    step(() => {
      if (!enableUnit(machine, name))
        throw new Error(`Failed to enable unit: Unit file ${name} does not exist.`);
    }),
    start,
  ];
};

const PROGRAMS: Readonly<Record<string, Act>> = {
  rm: ({ disk }, args) =>
    args.filter((arg) => arg.startsWith('/')).map((path) => step(() => disk.remove(path))),
  install: () => [],
  ln: ({ disk }, args) => [step(() => disk.link(args.at(-1) ?? '', args.at(-2) ?? ''))],
  touch: ({ disk }, paths) => paths.map((path) => step(() => disk.touch(path))),
  modprobe: ({ modules }, [module = '']) => [step(() => modules.add(module))],
  sysctl: (machine) => [step(() => applySettings(machine))],
  systemctl: control,
  sync: ({ disk }, [, folder = '']) => [step(() => disk.syncAround(folder))],
};

/** What a command does; undefined when the model knows nothing of it. */
export const actOf = (argv: readonly string[]): { act: Act; args: readonly string[] } | undefined => {
  const [program = '', option, text = '', , ...words] = argv;
  if (program === 'systemctl' && option === 'show') return undefined;
  if (program === 'sh' && option === '-c') {
    const act = SCRIPTS.get(text);
    return act && { act, args: words };
  }
  const act = PROGRAMS[program];
  return act && { act, args: argv.slice(1) };
};
