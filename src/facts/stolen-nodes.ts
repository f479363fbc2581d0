import * as z from 'zod';
import type { Fact } from '../engine/fact.ts';

/** A key that must not be there, for it would leave something out. */
const Nothing = z.undefined().optional();
const All = z.array(z.literal('*')).length(1);
const Policy = z.object({
  spec: z.object({
    failurePolicy: z.literal('Fail'),
    paramKind: Nothing,
    matchConditions: Nothing,
    matchConstraints: z.object({
      excludeResourceRules: Nothing,
      namespaceSelector: z.strictObject({}).optional(),
      objectSelector: z.strictObject({}).optional(),
      resourceRules: z
        .array(
          z.object({
            apiGroups: All,
            apiVersions: All,
            operations: z.array(z.string()).length(4),
            resources: z.array(z.literal('*/*')).length(1),
            resourceNames: Nothing,
            scope: z.literal('*').optional(),
          }),
        )
        .length(1),
    }),
    validations: z.array(z.object({ expression: z.string() })).length(1),
  }),
});
const Binding = z.object({
  spec: z.object({
    policyName: z.string(),
    validationActions: z.array(z.string()),
    paramRef: Nothing,
    matchResources: Nothing,
  }),
});

const asJson = (output: string): unknown => {
  try {
    return JSON.parse(output);
  } catch {
    return undefined;
  }
};

const usersOf = (expression: string): readonly string[] | 'different' => {
  const users = z
    .array(z.string())
    .safeParse(asJson(/^!\(request\.userInfo\.username in (\[.*\])\)$/.exec(expression)?.[1] ?? ''));
  return users.success ? users.data : 'different';
};

/**
 * Whom the policy at this path refuses every write, as users of the API; `different` when it says anything else, or leaves
 * something out.
 */
export const refusedUsers = (path: string): Fact<readonly string[] | 'different' | 'absent'> => ({
  name: 'refused-users',
  ask: { kube: path },
  parse: (output) => {
    const found = asJson(output);
    if (typeof found !== 'object' || found === null) return 'absent';
    const policy = Policy.safeParse(found);
    return policy.success ? usersOf(policy.data.spec.validations[0]?.expression ?? '') : 'different';
  },
});

/** Whether the binding at this path has a policy of this name refuse, everywhere. */
export const policyBinding = (path: string, policy: string): Fact<'in force' | 'different' | 'absent'> => ({
  name: 'policy-binding',
  ask: { kube: path },
  parse: (output) => {
    const found = asJson(output);
    if (typeof found !== 'object' || found === null) return 'absent';
    const binding = Binding.safeParse(found);
    const refuses =
      binding.success &&
      binding.data.spec.policyName === policy &&
      binding.data.spec.validationActions.includes('Deny');
    return refuses ? 'in force' : 'different';
  },
});
