import type { Fact } from '../engine/fact.ts';

/** Where k3s keeps the hash of the password that a machine chose when it first came as this node. */
export const passwordPath = (node: string): string =>
  `/api/v1/namespaces/kube-system/secrets/${node}.node-password.k3s`;

/** Whether k3s remembers a password for a node, so that no other machine comes under that name. */
export const nodePassword = (node: string): Fact<'there' | 'absent'> => ({
  name: 'node-password',
  ask: { kube: passwordPath(node) },
  parse: (output) => (/"kind":\s*"Secret"/.test(output) ? 'there' : 'absent'),
});
