import { serve } from '../commands/k3s-service.ts';
import { remove } from '../commands/rm.ts';
import * as systemctl from '../commands/systemctl.ts';
import { VIP_CONFIG, VIP_UNIT, vipConfig, vipUnit } from '../commands/vip.ts';
import type { Known } from '../decisions/index.ts';
import { nameIn } from '../domain/topology/names.ts';
import { mastersOf } from '../domain/topology/roles.ts';
import type { File } from '../engine/change.ts';
import { definePhase } from '../engine/phase.ts';
import { fileState } from '../facts/file-state.ts';
import { pathState } from '../facts/path.ts';
import { addressAnswers } from '../facts/supervisor.ts';
import { unitState } from '../facts/systemctl.ts';
import type { Cluster, Host } from '../spec/cluster.ts';

/** The configuration of a master; undefined on a host that does not take part. */
const config = (cluster: Cluster, host: Host, known: Known): File | undefined => {
  const masters = mastersOf(cluster, known);
  const place = masters.findIndex(({ key }) => key === host.key);
  const { vip } = cluster.masters;
  const device = known.network.devices?.[host.key];
  if (vip === undefined || place === -1 || device === undefined) return undefined;
  return vipConfig({
    name: nameIn(known)(host),
    address: host.address,
    device,
    place,
    peers: masters.flatMap(({ key, address }) => (key === host.key ? [] : [address])),
    vip,
  });
};

/**
 * Has keepalived on the masters keep the VIP: whichever of them lives and serves has it. On every other board, and without
 * a VIP in the cluster file, it goes.
 */
export const keepVip = definePhase({
  id: 'keep-vip',
  title: 'Keep the VIP',
  hosts: ({ hosts }: Cluster, _known: Known): readonly Host[] => hosts,
  facts: (cluster: Cluster, host: Host, known: Known) => {
    const file = config(cluster, host, known);
    if (!file) return { left: pathState(vipUnit.path) };
    return { unit: unitState(VIP_UNIT), config: fileState(file), unitFile: fileState(vipUnit) };
  },

  *plan({ cluster, host, known, facts }) {
    const file = config(cluster, host, known);
    const { unit, config: was, unitFile, left } = facts;
    if (file && unit && was && unitFile)
      yield* serve({
        unit: VIP_UNIT,
        state: unit,
        files: [
          { file, was },
          { file: vipUnit, was: unitFile },
        ],
        dropIns: [],
      });
    else if (left === 'exists') {
      yield { says: `stop and disable ${VIP_UNIT}`, run: { command: systemctl.disableNow(VIP_UNIT) } };
      yield {
        says: `remove ${VIP_CONFIG} and its unit`,
        run: { command: remove(VIP_CONFIG, vipUnit.path) },
      };
    }
  },

  until: ({ cluster, host, known }) => {
    const { vip } = cluster.masters;
    return vip !== undefined && config(cluster, host, known)
      ? [addressAnswers(vip, `journalctl -u ${VIP_UNIT} -n 50 on the masters says who has it`)]
      : [];
  },
});
