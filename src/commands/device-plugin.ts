const PLUGINS = '/var/lib/kubelet/device-plugins';
const CONFIG = '/etc/device-plugin/config.yaml';
const CONFIG_NOTE = 'edgectl.io/config';

const nameOf = (id: string): string => `edgectl-${id}-device-plugin`;

/** The API's path of the device plugins. */
export const DEVICE_PLUGINS = '/apis/apps/v1/namespaces/kube-system/daemonsets';

/** The API's path of one of them. */
export const devicePluginPath = (id: string): string => `${DEVICE_PLUGINS}/${nameOf(id)}`;

/** What runs on the nodes with an accelerator and tells their kubelets of it. */
export interface DevicePlugin {
  readonly id: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The text of its configuration. */
  readonly config: string;
  readonly runtimeClass: string;
  /** The label of its nodes. */
  readonly label: string;
}

/**
 * A device plugin on every node with the label. Its configuration is a note on the pods: whoever changes it changes them, so that
 * Kubernetes starts them again. Whatever taints a node has, its GPU is for those who tolerate them.
 */
export const devicePlugin = (of: DevicePlugin): Readonly<Record<string, unknown>> => {
  const name = nameOf(of.id);
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace: 'kube-system', labels: { 'app.kubernetes.io/managed-by': 'edgectl' } },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, annotations: { [CONFIG_NOTE]: of.config } },
        spec: {
          runtimeClassName: of.runtimeClass,
          nodeSelector: { [of.label]: of.id },
          tolerations: [{ operator: 'Exists' }],
          priorityClassName: 'system-node-critical',
          containers: [
            {
              name: 'plugin',
              image: of.image,
              imagePullPolicy: 'IfNotPresent',
              command: of.command,
              env: [
                { name: 'CONFIG_FILE', value: CONFIG },
                ...Object.entries(of.env).map(([key, value]) => ({ name: key, value })),
              ],
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
              volumeMounts: [
                { name: 'plugins', mountPath: PLUGINS },
                { name: 'config', mountPath: '/etc/device-plugin', readOnly: true },
              ],
            },
          ],
          volumes: [
            { name: 'plugins', hostPath: { path: PLUGINS, type: 'Directory' } },
            {
              name: 'config',
              downwardAPI: {
                items: [
                  { path: 'config.yaml', fieldRef: { fieldPath: `metadata.annotations['${CONFIG_NOTE}']` } },
                ],
              },
            },
          ],
        },
      },
    },
  };
};
