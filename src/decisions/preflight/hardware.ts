import type { Machine } from '../../facts/machine.ts';
import type { PowerMode } from '../../facts/power-mode.ts';
import type { HARDWARE } from '../../spec/checks/hardware.ts';
import { bad, fine, ofMachine, type Rules, unknown } from './rule.ts';

/** MiB that k3s itself and one small pod need. */
const LEAST_MEMORY = 512;
/** °C at which boards begin to throttle. */
const HOT = 85;

/** JetPack and Ubuntu by the release of L4T. */
const JETPACKS: Readonly<Record<number, { readonly jetpack: number; readonly ubuntu: string }>> = {
  32: { jetpack: 4, ubuntu: '18.04' },
  34: { jetpack: 5, ubuntu: '20.04' },
  35: { jetpack: 5, ubuntu: '20.04' },
  36: { jetpack: 6, ubuntu: '22.04' },
  38: { jetpack: 7, ubuntu: '24.04' },
  39: { jetpack: 7, ubuntu: '24.04' },
};

const modelOf = (machine: Machine | 'absent'): string => (machine === 'absent' ? '' : machine.model);

const refusal = (word: string, model: string) => {
  if (model === '' || !word.startsWith('arm'))
    return bad(`${model ? `${model}: ` : ''}${word} is not supported`);
  const only32 = /\bTK1\b|Jetson-TK1|Raspberry Pi (?:Zero|Model|2 Model B Rev 1\.1)/i.test(model);
  return bad(
    `${model} is a 32-bit ARM machine (${word})`,
    only32
      ? 'there is no 64-bit system for this board: leave it out of the cluster file'
      : 'install the 64-bit image if the board has one, else leave it out of the cluster file',
  );
};

/** `MAXN` before all, then the watts in the name. */
const budget = ({ name }: PowerMode): number => {
  if (name.startsWith('MAXN')) return name === 'MAXN_SUPER' ? 100_001 : 100_000;
  return Number(/(\d{1,4})W/.exec(name)?.[1] ?? 0);
};

const TEGRA = /nvidia|jetson|tegra/i;

// Bits of the firmware's word: 0 to 3 are true now, 16 to 19 were true since boot.
const SUPPLY = [
  [0x1, 'under-voltage now'],
  [0x4, 'throttled now'],
  [0x10000, 'under-voltage since boot'],
  [0x40000, 'throttled since boot'],
] as const;

/** What the board is and how it is fed. */
export const hardware: Rules<keyof typeof HARDWARE> = {
  ARCHITECTURE: ({ architecture, machine }) => {
    if (architecture === 'absent') return bad('unknown is not supported');
    return 'arch' in architecture ? fine(architecture.arch) : refusal(architecture.other, modelOf(machine));
  },

  USERLAND_BITS: ({ system, architecture }) => {
    if (system === 'absent' || architecture === 'absent' || !('arch' in architecture) || system.bits === 0)
      return unknown('the width of its programs');
    return system.bits === 64
      ? fine('64-bit programs')
      : bad(`${system.bits}-bit programs on a 64-bit kernel`);
  },

  MEMORY: ({ machine }) => {
    const memory = machine === 'absent' ? 0 : machine.memory;
    return memory >= LEAST_MEMORY ? fine(`${memory} MiB of memory`) : bad(`${memory} MiB of memory`);
  },

  CORES: ({ machine }) => {
    if (machine === 'absent' || machine.cores === 0) return unknown('how many processors it has');
    return machine.cores > 1 ? fine(`${machine.cores} processors`) : bad('one processor');
  },

  CORES_OFFLINE: ofMachine(({ heat }) => {
    if (heat === 'absent') return unknown('which processors are off');
    return heat.offline === '' ? fine('all processors run') : bad(`processors ${heat.offline} are off`);
  }),

  PAGE_SIZE: ({ system }) => {
    if (system === 'absent' || system.page === 0) return unknown('its page size');
    const message = `pages of ${system.page / 1024} KiB`;
    return system.page === 4096 ? fine(message) : bad(message);
  },

  L4T_RELEASE: ({ l4t, machine, osRelease }) => {
    const model = modelOf(machine);
    if (l4t === 'absent')
      return TEGRA.test(model) ? bad(`${model} without an L4T release`) : fine(model || 'no Jetson');
    const name = `L4T R${l4t.release}.${l4t.revision}`;
    const known = JETPACKS[l4t.release];
    if (!known) return bad(`${name} is not known to this edgectl`);
    const said = `${model ? `${model}, ` : ''}${name} (JetPack ${known.jetpack})`;
    return osRelease === 'absent' || osRelease.id !== 'ubuntu' || osRelease.version === known.ubuntu
      ? fine(said)
      : bad(`${said} on Ubuntu ${osRelease.version}, it belongs to ${known.ubuntu}`);
  },

  POWER_MODE: ({ powerMode: mode, powerModes: modes, machine }) => {
    if (mode === 'absent')
      return TEGRA.test(modelOf(machine))
        ? unknown('nvpmodel does not tell the power mode')
        : fine('no Jetson');
    const best = (modes === 'absent' ? [] : modes).toSorted((a, b) => budget(b) - budget(a))[0];
    return best && budget(best) > budget(mode)
      ? bad(
          `power mode ${mode.name}, it offers ${best.name}`,
          `a low power mode can halve the throughput: \`sudo nvpmodel -m ${best.id}\``,
        )
      : fine(`power mode ${mode.name}`);
  },

  POWER_SUPPLY: ofMachine(({ heat }) => {
    if (heat === 'absent') return unknown('what its supply did');
    const { overCurrents: times = 0 } = heat;
    if (times > 0)
      return bad(
        `throttled by over-current ${times === 1 ? 'once' : `${times} times`} since boot`,
        'too high a current, or too low a voltage under load: use the supply that the board is sold with, and look at its plug and cable; it may run at a fraction of its speed until it is switched off and on',
      );
    if (heat.throttled === '') return fine('nothing said against its supply');
    const word = Number.parseInt(heat.throttled, 16);
    const said = SUPPLY.filter(([bit]) => (word & bit) !== 0).map(([, what]) => what);
    return said.length === 0 ? fine('no under-voltage since boot') : bad(said.join(', '));
  }),

  TEMPERATURE: ofMachine(({ heat }) => {
    if (heat === 'absent' || !heat.warmest) return unknown('it has no thermal zone');
    const { zone, celsius } = heat.warmest;
    return celsius < HOT ? fine(`${celsius} °C (${zone})`) : bad(`${celsius} °C (${zone})`);
  }),
};
