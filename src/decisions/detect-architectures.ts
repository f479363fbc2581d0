import type { Decision } from '../engine/decision.ts';
import { machine } from '../facts/machine.ts';
import { architecture } from '../facts/uname.ts';
import { nodes } from '../spec/cluster.ts';
import type { Arch } from '../support/arch.ts';
import { Problem } from '../support/problem.ts';

/** The architecture by host key, of every host that ever answered. */
export type Architectures = Readonly<Record<string, Arch>>;

const facts = { architecture, machine };

const unsupported = (key: string, word: string, model: string): Problem => {
  const board = model ? `${key} (${model})` : key;
  const what = word.startsWith('arm') ? `a 32-bit ARM machine (${word})` : `a ${word} machine`;
  return new Problem('ARCH_NOT_IN_SOURCE', `${board} is ${what}; edgectl runs k3s on amd64 and arm64 only`, {
    host: key,
    hint: `take ${key} out of the cluster file`,
  });
};

/** Tells which build of k3s each host needs; a host that is silent now needs the one of before. */
export const detectArchitectures: Decision<Architectures, typeof facts> = {
  id: 'detect-architectures',
  title: 'Tell the architectures',
  gives: 'arch',
  facts,

  decide({ cluster, factsByHost, kept = {} }) {
    const arch: Record<string, Arch> = {};
    const problems: Problem[] = [];
    for (const { key } of nodes(cluster)) {
      const found = factsByHost[key];
      const before = kept[key];
      if (found && found.architecture !== 'absent') {
        if ('arch' in found.architecture) arch[key] = found.architecture.arch;
        else {
          const model = found.machine === 'absent' ? '' : found.machine.model;
          problems.push(unsupported(key, found.architecture.other, model));
        }
      } else if (before) arch[key] = before;
    }
    return problems.length > 0 ? { problems } : arch;
  },
};
