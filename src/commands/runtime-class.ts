/** The API's path of the RuntimeClasses. */
export const RUNTIME_CLASSES = '/apis/node.k8s.io/v1/runtimeclasses';

/** The API's path of one of them. */
export const runtimeClassPath = (name: string): string => `${RUNTIME_CLASSES}/${name}`;

/** A RuntimeClass whose handler, the runtime's name in containerd, is called as it is. */
export const runtimeClass = (name: string): Readonly<Record<string, unknown>> => ({
  apiVersion: 'node.k8s.io/v1',
  kind: 'RuntimeClass',
  metadata: { name, labels: { 'app.kubernetes.io/managed-by': 'edgectl' } },
  handler: name,
});
