import {
  type Brought,
  type Chosen,
  chooseAccelerator,
  type Equipment,
  renewed,
} from '../domain/accelerators/choose.ts';
import { accelerators } from '../domain/accelerators/registry.ts';
import { codenameOf } from '../domain/debian/index-entry.ts';
import type { Decision } from '../engine/decision.ts';
import type { Answers } from '../engine/fact.ts';
import { l4t } from '../facts/l4t.ts';
import { machine } from '../facts/machine.ts';
import { nvidiaCards } from '../facts/nvidia-cards.ts';
import { packageVersions } from '../facts/package-versions.ts';
import { contentsFor } from '../spec/contents.ts';
import type { Arch } from '../support/arch.ts';
import { Problem } from '../support/problem.ts';
import type { Installing } from './check-bundle.ts';

/** The accelerator of every board that ever answered, by host key. */
export type Accelerators = Readonly<Record<string, Chosen>>;

const facts = {
  machine,
  l4t,
  cards: nvidiaCards,
  packages: packageVersions(...new Set(Object.values(accelerators).map((one) => one.packages[0]))),
};

const broughtTo = (arch: Arch | undefined, { contents }: Installing): Brought => {
  const { images = [], debs = [] } = contents ? contentsFor(contents, arch) : {};
  return {
    packages: debs.map(({ name, version, entry }) => ({ name, version, codename: codenameOf(entry) })),
    images: images.map(({ name }) => name),
  };
};

const equipmentOf = (said: Answers<typeof facts> | undefined): Equipment => ({
  hardware: {
    model: !said || said.machine === 'absent' ? '' : said.machine.model,
    l4t: said?.l4t ?? 'absent',
    cards: said?.cards ?? 'absent',
  },
  installed: !said || said.packages === 'absent' ? {} : said.packages,
});

/**
 * Finds the accelerator of each board: what the cluster file asks for, as far as the board has it and the bundle, or the board itself,
 * has what makes it work. A board without one is told so; one that lacks what is asked for is refused. The control node runs no pods.
 */
export const findAccelerators: Decision<
  Accelerators,
  typeof facts,
  { readonly arch?: Readonly<Record<string, Arch>>; readonly bundle?: Installing }
> = {
  id: 'find-accelerators',
  title: 'Find the accelerators',
  gives: 'accelerators',
  facts,
  questions: ({ cluster, host }) =>
    host.duty === 'board' && cluster.gpu.runtime !== 'none' ? facts : undefined,

  decide({ cluster, factsByHost, known: { arch = {}, bundle = {} }, kept = {} }) {
    const { runtime } = cluster.gpu;
    const found: Record<string, Chosen> = {};
    const problems: Problem[] = [];
    for (const { key } of cluster.hosts) {
      const said = factsByHost[key];
      const before = kept[key];
      const brought = broughtTo(arch[key], bundle);
      if (!said && runtime !== 'none') {
        if (before) found[key] = renewed(before, brought);
        continue;
      }
      const chosen = chooseAccelerator(runtime, equipmentOf(said), brought, before);
      if ('refused' in chosen) {
        const message = `${key}: the cluster file asks for ${runtime}: ${chosen.refused}`;
        problems.push(new Problem('PREFLIGHT_REFUSED', message, { host: key, hint: chosen.hint }));
      } else found[key] = chosen;
    }
    return problems.length > 0 ? { problems } : found;
  },

  explain: (found) =>
    Object.entries(found).map(([key, { accelerator, because }]) => `${key}: ${accelerator} (${because})`),
};
