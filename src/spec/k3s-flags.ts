const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** The keys that `k3s agent` knows in its config.yaml. Source: k3s's command line reference, v1.34. */
export const AGENT_FLAGS = words(`
  token token-file server data-dir node-name with-node-id node-label node-taint image-credential-provider-bin-dir
  image-credential-provider-config selinux lb-server-port protect-kernel-defaults container-runtime-endpoint
  default-runtime image-service-endpoint pause-image snapshotter private-registry disable-default-registry-endpoint
  nonroot-devices node-ip bind-address node-external-ip node-internal-dns node-external-dns resolv-conf flannel-iface
  flannel-conf flannel-cni-conf kubelet-arg kube-proxy-arg enable-pprof rootless prefer-bundled-bin docker vpn-auth
  vpn-auth-file disable-apiserver-lb debug v vmodule log alsologtostderr config`);

/** The keys that only `k3s server` knows; it knows the agent's too. */
export const SERVER_ONLY_FLAGS = words(`
  agent-token agent-token-file cluster-init cluster-reset cluster-reset-restore-path datastore-endpoint datastore-cafile
  datastore-certfile datastore-keyfile etcd-arg etcd-expose-metrics etcd-disable-snapshots etcd-snapshot-name
  etcd-snapshot-schedule-cron etcd-snapshot-retention etcd-snapshot-dir etcd-snapshot-compress etcd-s3 etcd-s3-endpoint
  etcd-s3-endpoint-ca etcd-s3-skip-ssl-verify etcd-s3-access-key etcd-s3-secret-key etcd-s3-session-token etcd-s3-bucket
  etcd-s3-bucket-lookup-type etcd-s3-region etcd-s3-folder etcd-s3-proxy etcd-s3-config-secret etcd-s3-insecure
  etcd-s3-timeout etcd-s3-retention https-listen-port advertise-address advertise-port tls-san tls-san-security
  cluster-cidr service-cidr service-node-port-range cluster-dns cluster-domain flannel-backend flannel-ipv6-masq
  flannel-external-ip servicelb-namespace egress-selector-mode default-local-storage-path disable disable-scheduler
  disable-cloud-controller disable-kube-proxy disable-network-policy disable-helm-controller disable-apiserver
  disable-controller-manager disable-etcd disable-agent embedded-registry supervisor-metrics secrets-encryption
  secrets-encryption-provider system-default-registry kube-apiserver-arg kube-controller-manager-arg kube-scheduler-arg
  kube-cloud-controller-manager-arg helm-job-image write-kubeconfig write-kubeconfig-mode write-kubeconfig-group`);

/** The keys that must be equal on all servers, so that they have one place only: `k3s.server`. */
export const EQUAL_FLAGS = words(`
  agent-token cluster-cidr cluster-dns cluster-domain disable disable-cloud-controller disable-helm-controller
  disable-network-policy egress-selector-mode embedded-registry flannel-backend flannel-external-ip flannel-ipv6-masq
  secrets-encryption secrets-encryption-provider service-cidr`);

const each = (keys: string, why: string) => [...words(keys)].map((key) => [key, why] as const);

/** The keys that the operator may not set, and why. */
export const REFUSED_FLAGS: ReadonlyMap<string, string> = new Map([
  ...each(
    'token token-file agent-token agent-token-file',
    'edgectl mints the tokens itself, and no secret belongs in this file',
  ),
  ...each(
    'server cluster-init',
    'edgectl sets it, because it decides which server founds the cluster and who joins where',
  ),
  ...each('cluster-reset cluster-reset-restore-path', 'it would reset the cluster at every start of k3s'),
  ...each('node-ip advertise-address', "edgectl sets it to each host's address"),
  ...each('node-name with-node-id', "edgectl sets it; give a host its name by the host's own key"),
  ...each('node-label', "put labels under a host's labels"),
  ...each('node-taint', "put taints under a host's taints"),
  ...each('node-external-ip node-internal-dns node-external-dns', 'it would be the same on every host'),
  ...each('data-dir config write-kubeconfig', "edgectl relies on k3s's own place for it"),
  ...each('https-listen-port advertise-port', 'edgectl relies on port 6443'),
  ...each('disable-agent', 'k3s does not support it with embedded etcd'),
  ...each(
    'disable-apiserver disable-controller-manager disable-scheduler disable-etcd',
    'edgectl sets it on the witness, and on a master it would stop the cluster',
  ),
  ...each('rootless docker', 'edgectl drives the containerd that k3s brings, as root'),
]);

/** The keys whose values are secrets, with the better place for them. */
export const SECRET_FLAGS: ReadonlyMap<string, string> = new Map([
  ...each('vpn-auth', 'use vpn-auth-file'),
  ...each('etcd-s3-access-key etcd-s3-secret-key etcd-s3-session-token', 'use etcd-s3-config-secret'),
]);
