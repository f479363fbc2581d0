import {
  bindPolicy,
  makePolicy,
  mendBinding,
  mendPolicy,
  STOLEN_BINDING,
  STOLEN_POLICY,
} from '../commands/stolen-nodes.ts';
import type { Known } from '../decisions/index.ts';
import { hasPolicies, kubeletUser } from '../domain/topology/thefts.ts';
import { definePhase } from '../engine/phase.ts';
import { apiState } from '../facts/kube.ts';
import { policyBinding, refusedUsers } from '../facts/stolen-nodes.ts';
import type { Cluster } from '../spec/cluster.ts';

/**
 * Has the API refuse what stolen nodes would write. Kubernetes knows no list of revoked certificates, so a stolen one is
 * believed until it ends; it comes before anything else, or a deleted node would make itself anew.
 */
export const refuseStolen = definePhase({
  id: 'refuse-stolen',
  title: 'Refuse the writes of stolen nodes',
  hosts: ({ control, k3s }: Cluster, { stolen = [] }: Known) =>
    stolen.length > 0 && hasPolicies(k3s.version) ? [control] : [],

  facts: () => ({
    api: apiState,
    refused: refusedUsers(STOLEN_POLICY),
    binding: policyBinding(STOLEN_BINDING, STOLEN_POLICY.split('/').at(-1) ?? ''),
  }),

  *plan({ facts: { api, refused, binding }, known: { stolen = [] } }) {
    // A run that was killed may have left the only server stopped: this one starts it, and asks again when it is through.
    if (api === 'absent') return;
    const users = stolen.map(({ name }) => kubeletUser(name));
    if (JSON.stringify(refused) !== JSON.stringify(users))
      yield {
        says: `write the policy that refuses ${stolen.map(({ name }) => name).join(', ')}`,
        run: { kube: refused === 'absent' ? makePolicy(users) : mendPolicy(users) },
      };
    if (binding !== 'in force')
      yield {
        says: 'put that policy in force',
        run: { kube: binding === 'absent' ? bindPolicy : mendBinding },
      };
  },
});
