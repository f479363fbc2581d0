import type { Accelerator } from './accelerator.ts';
import { nvidiaParts } from './nvidia-parts.ts';

/**
 * What belongs to a release of L4T: its Ubuntu, and the oldest toolkit that lets pods use the GPU. The device plugin's README
 * asks for 1.11 on Tegra, which is JetPack 5's; a Nano with R32 was seen to work with 1.12.0~rc.5
 * (NVIDIA/k8s-device-plugin#377). The later ones are older than what JetPack 6 and 7 have.
 */
const RELEASES: Readonly<Record<number, { readonly ubuntu: string; readonly least: string }>> = {
  32: { ubuntu: 'bionic', least: '1.12.0~rc.5' },
  34: { ubuntu: 'focal', least: '1.11.0~rc.1' },
  35: { ubuntu: 'focal', least: '1.11.0~rc.1' },
  36: { ubuntu: 'jammy', least: '1.14.0' },
  38: { ubuntu: 'noble', least: '1.17.0' },
  39: { ubuntu: 'noble', least: '1.17.0' },
};

const UBUNTUS = Object.values(RELEASES).map(({ ubuntu }) => ubuntu);

/**
 * NVIDIA's archives for L4T are called by its release, r36.4; those of Ubuntu by its name; a flat one by none. What the board's own
 * Ubuntu has goes first, since its apt is shown nothing else then (ADR 90).
 */
const suits = (codename: string, release: number, ubuntu: string): number | undefined => {
  const its = /^r(\d{2})\b/.exec(codename)?.[1];
  if (its !== undefined) return Number(its) === release ? 1 : undefined;
  const [name = ''] = codename.split('-');
  if (name === ubuntu) return 2;
  return UBUNTUS.includes(name) ? undefined : 0;
};

const TEGRA = /jetson|tegra/i;

/** The GPU in a Jetson. Its driver is part of L4T, so that a board with another system has none. */
export const jetson: Accelerator = {
  id: 'jetson',
  recognise({ model, l4t }) {
    if (l4t === 'absent') {
      if (!TEGRA.test(model)) return undefined;
      return {
        lacks: `${model} without L4T, which has the driver of its GPU`,
        hint: "install NVIDIA's image for the board",
      };
    }
    const release = `L4T R${l4t.release}${l4t.revision === '' ? '' : `.${l4t.revision}`}`;
    const what = `${model || 'a Jetson'} with ${release}`;
    const known = RELEASES[l4t.release];
    if (!known)
      return {
        lacks: `${what}, which this edgectl does not know`,
        hint: `install one of L4T R${Object.keys(RELEASES).join(', R')}`,
      };
    const { ubuntu, least } = known;
    return { what, gpus: 1, least, suits: (codename) => suits(codename, l4t.release, ubuntu) };
  },
  ...nvidiaParts('tegra'),
};
