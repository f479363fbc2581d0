import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hardware } from '../../../src/domain/accelerators/accelerator.ts';
import { type Brought, type Chosen, chooseAccelerator } from '../../../src/domain/accelerators/choose.ts';
import { accelerators } from '../../../src/domain/accelerators/registry.ts';
import { compareVersions } from '../../../src/domain/debian/version.ts';
import { ACCELERATORS } from '../../../src/spec/accelerators.ts';

const [TOOLKIT] = accelerators.jetson.packages;
const IMAGE = 'nvcr.io/nvidia/k8s-device-plugin:v0.17.4';
const LEAST: Readonly<Record<number, string>> = { 32: '1.12.0~rc.5', 35: '1.11.0~rc.1', 36: '1.14.0' };
const UBUNTU: Readonly<Record<number, string>> = { 32: 'bionic', 35: 'focal', 36: 'jammy' };

const release = fc.constantFrom(32, 35, 36);
const version = fc.constantFrom(
  '1.7.0-1',
  '1.11.0~rc.1-1',
  '1.12.0~rc.5-1',
  '1.14.2-1',
  '1.16.2-1',
  '1.17.8-1',
);
const codename = fc.constantFrom('', 'r32.7', 'r35.4', 'r36.4', 'bionic', 'focal', 'jammy', 'jammy-updates');
const packages = fc.array(
  fc.record({ name: fc.constantFrom(...accelerators.jetson.packages, 'other'), version, codename }),
  { maxLength: 12 },
);

const board = (l4t: number, installed?: string) => ({
  hardware: {
    model: 'NVIDIA Jetson',
    l4t: { release: l4t, revision: '4.1' },
    cards: { found: 0, driver: '', named: [] },
  },
  installed: installed === undefined ? {} : { [TOOLKIT]: installed },
});
const brought = (some: Brought['packages']): Brought => ({ packages: some, images: [IMAGE] });
const chosen = (l4t: number, some: Brought['packages']): Chosen => {
  const one = chooseAccelerator('auto', board(l4t), brought(some));
  if ('refused' in one) throw new Error('auto refuses nobody');
  return one;
};

describe('the accelerator of a Jetson', () => {
  it('gets packages of one version, which an archive for that board has, and not too old', () => {
    const isOwn = (code: string, l4t: number) =>
      code === '' || code.startsWith(`r${l4t}`) || code.startsWith(UBUNTU[l4t] ?? '?');
    fc.assert(
      fc.property(release, packages, (l4t, some) => {
        const { accelerator, packages: its = [] } = chosen(l4t, some);
        const usable = some.filter(
          (one) => isOwn(one.codename, l4t) && compareVersions(one.version, LEAST[l4t] ?? '') >= 0,
        );
        expect(accelerator === 'jetson').toBe(usable.some(({ name }) => name === TOOLKIT));
        expect(new Set(its.map((one) => one.version)).size).toBeLessThanOrEqual(1);
        for (const one of its)
          expect(usable.some(({ name, version: its }) => name === one.name && its === one.version)).toBe(
            true,
          );
      }),
    );
  });

  it('is the same in whatever order the bundle has its packages', () => {
    const shuffled = packages.chain((some) =>
      fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length })),
    );
    fc.assert(
      fc.property(release, shuffled, (l4t, [some, others]) => {
        expect(chosen(l4t, others)).toEqual(chosen(l4t, some));
      }),
    );
  });

  it('stays as it was chosen once its packages are there, with and without the bundle', () => {
    fc.assert(
      fc.property(release, packages, (l4t, some) => {
        const first = chosen(l4t, some);
        fc.pre(first.accelerator !== 'none');
        const there = board(l4t, first.packages?.[0]?.version);
        expect(chooseAccelerator('auto', there, brought(some), first)).toEqual(first);
        expect(chooseAccelerator('auto', there, { packages: [], images: [] }, first)).toEqual(first);
      }),
    );
  });
});

it.each(ACCELERATORS)(
  'the registry has %s under its own name, and never offers a share less than one',
  (id) => {
    const { plugin, resource } = accelerators[id];
    expect(accelerators[id].id).toBe(id);
    expect(JSON.parse(plugin.config(1))).not.toHaveProperty('sharing');
    expect(JSON.parse(plugin.config(5))).toMatchObject({
      sharing: { timeSlicing: { resources: [{ name: resource, replicas: 5 }] } },
    });
  },
);

describe('which accelerator a host gets', () => {
  const card = { found: 1, driver: '550.90.07', named: ['NVIDIA L4'] };
  const noCard = { found: 0, driver: '', named: [] };
  const host = (hardware: Partial<Hardware>) => ({
    hardware: { model: '', l4t: 'absent' as const, cards: noCard, ...hardware },
    installed: { [TOOLKIT]: '1.17.8-1' },
  });
  const all = brought([]);

  it.each([
    ['none, and says so, where there is no GPU', host({}), 'none', 'no GPU'],
    ['none, and says so, where nobody could look', host({ cards: 'absent' }), 'none', 'no GPU'],
    ['nvidia for what NVML names', host({ cards: card }), 'nvidia', 'NVIDIA L4 with driver 550.90.07'],
    [
      'jetson for L4T, a card beside it or not',
      host({ model: 'NVIDIA Jetson AGX Orin', l4t: { release: 36, revision: '4.3' }, cards: card }),
      'jetson',
      'NVIDIA Jetson AGX Orin with L4T R36.4.3',
    ],
    [
      'nvidia for a card in a Jetson that has no L4T',
      host({ model: 'NVIDIA Jetson AGX Orin', cards: card }),
      'nvidia',
      'NVIDIA L4 with driver 550.90.07',
    ],
  ])('is %s', (_what, its, accelerator, because) => {
    expect(chooseAccelerator('auto', its, all)).toMatchObject({ accelerator, because });
  });

  it.each(ACCELERATORS)(
    'is %s or a refusal where the cluster file names it, and none where it says none',
    (id) => {
      expect(chooseAccelerator(id, host({}), all)).toMatchObject({ refused: 'no such GPU' });
      const has = host({ l4t: { release: 36, revision: '4.3' }, cards: card });
      expect(chooseAccelerator(id, has, all)).toMatchObject({ accelerator: id });
      expect(chooseAccelerator('none', has, all)).toMatchObject({ accelerator: 'none', gpus: 0 });
    },
  );

  it('is looked for in each its own way by the device plugin: NVML sees no Tegra', () => {
    const strategy = (id: (typeof ACCELERATORS)[number]) =>
      accelerators[id].plugin.env['DEVICE_DISCOVERY_STRATEGY'];
    expect([strategy('jetson'), strategy('nvidia')]).toEqual(['tegra', 'nvml']);
  });
});
