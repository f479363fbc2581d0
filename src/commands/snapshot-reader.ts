import type { KubeWrite } from '../engine/change.ts';

/** Whom the certificate names with which the control node fetches snapshots; the role and its binding have the same name. */
export const READER = 'edgectl:snapshots';

const RBAC = 'rbac.authorization.k8s.io';
const ROLES = `/apis/${RBAC}/v1/clusterroles`;
const BINDINGS = `/apis/${RBAC}/v1/clusterrolebindings`;

/** Where the role and what gives it to the reader stand in the API. */
export const READER_ROLE = `${ROLES}/${READER}`;
export const READER_BINDING = `${BINDINGS}/${READER}`;

const labels = { 'app.kubernetes.io/managed-by': 'edgectl' };

/** Reading what one kubelet shows of its node's logs, and nothing else: a kubelet asks the API about everybody who comes. */
export const readerRole = (node: string) => ({
  apiVersion: `${RBAC}/v1`,
  kind: 'ClusterRole',
  metadata: { name: READER, labels },
  rules: [{ apiGroups: [''], resources: ['nodes/log'], resourceNames: [node], verbs: ['get'] }],
});

/** That the reader, and nobody else, has this role. */
export const readerBinding = {
  apiVersion: `${RBAC}/v1`,
  kind: 'ClusterRoleBinding',
  metadata: { name: READER, labels },
  roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: READER },
  subjects: [{ apiGroup: RBAC, kind: 'User', name: READER }],
};

/** Makes the role. */
export const makeRole = (node: string): KubeWrite => ({
  method: 'POST',
  path: ROLES,
  body: readerRole(node),
});

/** Makes a role of that name say this and nothing else. */
export const mendRole = (node: string): KubeWrite => ({
  method: 'PATCH',
  path: READER_ROLE,
  body: { ...readerRole(node), aggregationRule: null },
});

/** Gives the reader the role. */
export const bindRole: KubeWrite = { method: 'POST', path: BINDINGS, body: readerBinding };

/** Takes both away. A binding is never changed: which role it gives is fixed. */
export const removeRole: KubeWrite = { method: 'DELETE', path: READER_ROLE };
export const unbindRole: KubeWrite = { method: 'DELETE', path: READER_BINDING };
