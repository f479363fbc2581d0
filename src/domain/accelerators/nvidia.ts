import type { Accelerator } from './accelerator.ts';
import { nvidiaParts } from './nvidia-parts.ts';

/** The device plugin's README asks for it. */
const LEAST = '1.7.0';

/** NVIDIA's cards in a PC or a server, as far as NVML, the driver's own library, sees them. */
export const nvidia: Accelerator = {
  id: 'nvidia',
  recognise({ cards }) {
    if (cards === 'absent' || cards.found === 0) return undefined;
    const { found, driver, named } = cards;
    const count = found === 1 ? "a card of NVIDIA's" : `${found} cards of NVIDIA's`;
    if (driver === '') return { lacks: `${count} without a driver`, hint: "install NVIDIA's driver" };
    const [first] = named;
    if (first === undefined)
      return {
        lacks: `${count} that its driver ${driver} does not see`,
        hint: 'look at what `nvidia-smi` and `dmesg` say on it',
      };
    const what = named.length === 1 ? first : `${named.length} × ${first}`;
    return {
      what: `${what} with driver ${driver}`,
      gpus: named.length,
      least: LEAST,
      suits: (codename) => (/^r\d{2}\b/.test(codename) ? undefined : 0),
    };
  },
  ...nvidiaParts('nvml'),
};
