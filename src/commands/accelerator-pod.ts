import type { KubeWrite } from '../engine/change.ts';

const PODS = '/api/v1/namespaces/kube-system/pods';
const LIVES = 300;

const podName = (node: string): string => `edgectl-accelerator-${node}`;

/** The path of the pod that asks a node for a GPU. */
export const acceleratorPodPath = (node: string): string => `${PODS}/${podName(node)}`;

/** Removes it at once. */
export const removeAcceleratorPod = (node: string): KubeWrite => ({
  method: 'DELETE',
  path: acceleratorPodPath(node),
  body: { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 },
});

/**
 * Starts a pod on a node that asks for one GPU and runs with the runtime of GPUs: it ends well when the device plugin gave it
 * one, the runtime made it a container, and the command in it came to run. What it finds there nobody looks at.
 */
export const startAcceleratorPod = (of: {
  readonly node: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly resource: string;
  readonly runtimeClass: string;
}): KubeWrite => ({
  method: 'POST',
  path: PODS,
  body: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: podName(of.node), labels: { 'app.kubernetes.io/managed-by': 'edgectl' } },
    spec: {
      // Not by the scheduler: this very node is asked.
      nodeName: of.node,
      runtimeClassName: of.runtimeClass,
      restartPolicy: 'Never',
      tolerations: [{ operator: 'Exists' }],
      activeDeadlineSeconds: LIVES,
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      containers: [
        {
          name: 'probe',
          image: of.image,
          imagePullPolicy: 'IfNotPresent',
          command: of.command,
          resources: { limits: { [of.resource]: '1' } },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  },
});
