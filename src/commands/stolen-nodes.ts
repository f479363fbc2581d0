import type { KubeWrite } from '../engine/change.ts';

const GROUP = '/apis/admissionregistration.k8s.io/v1';
const POLICIES = `${GROUP}/validatingadmissionpolicies`;
const BINDINGS = `${GROUP}/validatingadmissionpolicybindings`;
const NAME = 'edgectl-stolen-nodes';

/** Where the policy and what puts it in force stand in the API. */
export const STOLEN_POLICY = `${POLICIES}/${NAME}`;
export const STOLEN_BINDING = `${BINDINGS}/${NAME}`;

// JSON's strings are CEL's too.
const spec = (users: readonly string[]) => ({
  failurePolicy: 'Fail',
  matchConstraints: {
    resourceRules: [
      {
        apiGroups: ['*'],
        apiVersions: ['*'],
        operations: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'],
        resources: ['*/*'],
      },
    ],
  },
  validations: [
    {
      expression: `!(request.userInfo.username in ${JSON.stringify(users)})`,
      message: 'this node was stolen, and its certificate writes nothing any more',
      reason: 'Forbidden',
    },
  ],
});

const object = (kind: string, of: object) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind,
  metadata: { name: NAME },
  spec: of,
});

/** Makes the policy that refuses everything that some users would write. */
export const makePolicy = (users: readonly string[]): KubeWrite => ({
  method: 'POST',
  path: POLICIES,
  body: object('ValidatingAdmissionPolicy', spec(users)),
});

/** Makes a policy of that name say this and nothing else. */
export const mendPolicy = (users: readonly string[]): KubeWrite => ({
  method: 'PATCH',
  path: STOLEN_POLICY,
  body: { spec: { ...spec(users), matchConditions: null, paramKind: null, variables: null } },
});

const binding = { policyName: NAME, validationActions: ['Deny'] };

/** Puts it in force. */
export const bindPolicy: KubeWrite = {
  method: 'POST',
  path: BINDINGS,
  body: object('ValidatingAdmissionPolicyBinding', binding),
};

/** Puts it in force again, for everything. */
export const mendBinding: KubeWrite = {
  method: 'PATCH',
  path: STOLEN_BINDING,
  body: { spec: { ...binding, matchResources: null, paramRef: null } },
};
