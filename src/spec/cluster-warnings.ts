import type { ClusterFile } from './cluster-schema.ts';
import type { Fault } from './fault.ts';
import { SECRET_FLAGS } from './k3s-flags.ts';

/** Only a warning, because a cluster that has just lost a board still has to be looked at and repaired. */
const tooFewBoards = ({ hosts, masters }: ClusterFile['spec']): readonly Fault[] => {
  const elect = masters.elect ?? (masters.ha === 'none' ? 1 : 2);
  const able = hosts.filter(({ role }) => role === 'auto').length;
  if (able >= elect) return [];
  const none = able === 1 ? ', or say "ha: none" for a cluster of one master' : '';
  const message = `${elect} ${elect === 1 ? 'master is' : 'masters are'} wanted, but ${able} of the hosts may be one (role: auto); add a host${none}`;
  return [{ path: ['spec', 'hosts'], on: 'key', message }];
};

const LATER = ['hub'] as const;

/** What the operator should know about a file that is right: each as a fault, for its place. */
export const clusterWarnings = ({ spec }: ClusterFile): readonly Fault[] => {
  const later = LATER.filter((key) => spec[key] !== undefined).map(
    (key): Fault => ({
      path: ['spec', key],
      on: 'key',
      message: `"${key}" has no effect in this version yet`,
    }),
  );
  const secrets = (['server', 'agent'] as const).flatMap((section) =>
    Object.entries(spec.k3s[section]).flatMap(([key, value]): readonly Fault[] => {
      const better =
        key === 'datastore-endpoint' && /:\/\/[^/@]*:[^/@]*@/.test(String(value))
          ? 'use datastore-certfile and datastore-keyfile'
          : SECRET_FLAGS.get(key);
      if (!better) return [];
      const message = `"${key}" puts a secret into a file that people commit; ${better}`;
      return [{ path: ['spec', 'k3s', section, key], on: 'key', message }];
    }),
  );
  const { control } = spec;
  const unused: readonly Fault[] = control.local
    ? (['hostKey', 'ssh'] as const)
        .filter((key) => control[key] !== undefined)
        .map((key) => ({
          path: ['spec', 'control', key],
          on: 'key',
          message: `"${key}" has no effect: control is local, so it is reached without SSH`,
        }))
    : [];
  return [...tooFewBoards(spec), ...later, ...secrets, ...unused];
};
