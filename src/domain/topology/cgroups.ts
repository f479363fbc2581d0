import type { Cluster } from '../../spec/cluster.ts';
import { minorOf } from './minor.ts';

/** What has the kubelet start on control groups v1. */
export const CGROUP_V1_FLAG = 'fail-cgroupv1=false';

/** The first minor version of Kubernetes whose kubelet does not start on control groups v1 by itself. */
const REFUSES_V1 = 35;

/** Whether k3s has to be told that the control groups of a host are all right, where it is a server or an agent. */
export const needsCgroupFlag = (
  { k3s }: Cluster,
  side: 'server' | 'agent',
  groups: { readonly version: 1 | 2 } | 'absent',
): boolean => {
  if (groups === 'absent' || groups.version !== 1) return false;
  return (
    minorOf(k3s.version) >= REFUSES_V1 && ![k3s[side]['kubelet-arg'] ?? []].flat().includes(CGROUP_V1_FLAG)
  );
};
