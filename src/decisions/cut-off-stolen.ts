import { agentToken, type Leaving, type Theft } from '../domain/topology/thefts.ts';
import type { Decision } from '../engine/decision.ts';
import { Problem } from '../support/problem.ts';
import type { Election } from './elect-masters.ts';

/** Why a machine with the keys of the authorities cannot be cut off, and what to do. `what` is what it is: a master. */
export const compromised = (name: string, what: string): Problem =>
  new Problem(
    'CAS_COMPROMISED',
    `${name} is ${what}, and has the keys of every authority of the cluster: the CAs are compromised`,
    {
      host: name,
      hint: [
        'whoever has it can make himself an administrator, so only new CAs help: take it out of the cluster file',
        'save what you want to keep of the workloads',
        '`edgectl reset` on the hosts that are left',
        '`edgectl init`, which mints new CAs and tokens',
        'replace every Secret that was in the cluster, and every SSH key that was on the machine',
      ].join('; '),
    },
  );

const unmade = new Problem('CLUSTER_UNREACHABLE', 'the cluster has not been made yet', {
  hint: 'nothing was on the host that could be misused: take it out of the cluster file',
});

/**
 * Which workers were stolen. Each theft makes the agents' token another one, which is the same in every later run that
 * resumes; a name that was stolen is not a node's again, for a certificate of that name is out there.
 */
export const cutOffStolen: Decision<
  readonly Theft[],
  Record<string, never>,
  Leaving & { readonly election?: Pick<Election, 'masters'> }
> = {
  id: 'cut-off-stolen',
  title: 'Cut off who was stolen',
  gives: 'stolen',
  facts: {},

  decide({ known: { election, names, target = '' }, kept = [] }) {
    if (!election) return { problems: [unmade] };
    const name = names?.[target];
    if (election.masters.includes(target)) return { problems: [compromised(name ?? target, 'a master')] };
    return name === undefined || kept.some((theft) => theft.name === name)
      ? kept
      : [...kept, { key: target, name }];
  },

  explain: (stolen) => {
    const last = stolen.at(-1);
    return last
      ? [`${last.name} is cut off: agents join with ${agentToken({ stolen })}, which it has never seen`]
      : [];
  },
};
