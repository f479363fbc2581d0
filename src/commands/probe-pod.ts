import type { KubeWrite } from '../engine/change.ts';

const PODS = '/api/v1/namespaces/kube-system/pods';
const LIVES = 300;

// A CoreDNS that is ready only when it has read the cluster's Services from the Kubernetes API.
const COREFILE = `.:5353 {
  ready :8191
  kubernetes cluster.local
}
`;

const podName = (node: string): string => `edgectl-probe-${node}`;

/** The path of the pod that probes a node. */
export const probePath = (node: string): string => `${PODS}/${podName(node)}`;

/** Removes it at once. */
export const removeProbe = (node: string): KubeWrite => ({
  method: 'DELETE',
  path: probePath(node),
  body: { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 },
});

/**
 * Starts a pod on a node that becomes Ready when it can find a Service by the cluster's DNS and reach it there: a CoreDNS
 * (`image` is the one that every k3s node has) which is told to find the Kubernetes API by its name.
 */
export const startProbe = (node: string, image: string): KubeWrite => ({
  method: 'POST',
  path: PODS,
  body: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: podName(node),
      labels: { 'app.kubernetes.io/managed-by': 'edgectl' },
      annotations: { 'edgectl.io/corefile': COREFILE },
    },
    spec: {
      // Not by the scheduler: this very node is asked.
      nodeName: node,
      tolerations: [{ operator: 'Exists' }],
      serviceAccountName: 'coredns',
      activeDeadlineSeconds: LIVES,
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: 'probe',
          image,
          imagePullPolicy: 'IfNotPresent',
          args: ['-conf', '/etc/probe/Corefile'],
          // Its certificate has this name too, and the search list makes it whole whatever the cluster's domain is.
          env: [{ name: 'KUBERNETES_SERVICE_HOST', value: 'kubernetes.default.svc' }],
          readinessProbe: { httpGet: { path: '/ready', port: 8191 }, periodSeconds: 1 },
          // The binary has this capability as a file's, so that it does not even start without it.
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] },
          },
          volumeMounts: [{ name: 'corefile', mountPath: '/etc/probe', readOnly: true }],
        },
      ],
      volumes: [
        {
          name: 'corefile',
          downwardAPI: {
            items: [
              { path: 'Corefile', fieldRef: { fieldPath: "metadata.annotations['edgectl.io/corefile']" } },
            ],
          },
        },
      ],
    },
  },
});
