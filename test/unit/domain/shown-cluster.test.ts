import { expect, it } from 'vitest';
import { shownCluster } from '../../../src/domain/support/shown-cluster.ts';
import { clusterCase } from '../../support/cases.ts';

it('of a cluster file a helper sees no user, no key file, and no setting of k3s that is a text of its own', () => {
  const cluster = clusterCase('crossing-17');
  const server = {
    'datastore-endpoint': 'postgres://ann:hunter22@db/k3s',
    'kube-apiserver-arg': ['oidc-client-secret=hunter22'],
    'cluster-cidr': '10.42.0.0/16',
    'etcd-snapshot-retention': 5,
  };
  const shown = shownCluster({
    ...cluster,
    k3s: { ...cluster.k3s, server, source: 'https://ann:hunter22@m/' },
  });
  expect(shown.k3s.server).toEqual({
    'datastore-endpoint': 'given',
    'kube-apiserver-arg': 'given',
    'cluster-cidr': ['10.42.0.0/16'],
    'etcd-snapshot-retention': 5,
  });
  expect(JSON.stringify(shown)).not.toMatch(/hunter22|ssh|key|\/home\//);
  expect(shown.hosts.map(({ name }) => name)).toEqual(cluster.hosts.map(({ key }) => key));
});
