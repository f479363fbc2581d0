import type { File, Mint } from '../engine/change.ts';
import { secret, text } from '../engine/command.ts';
import { SERVER_CA } from './k3s-tls.ts';

/** The unit that keeps the VIP: one of ours, so that a keepalived of the operator's goes on beside it. */
export const VIP_UNIT = 'edgectl-vip.service';

/** What that keepalived reads. */
export const VIP_CONFIG = '/etc/edgectl/keepalived.conf';

/** What the masters show each other. It keeps strays out, not attackers: VRRP sends it in clear. */
export const VIP_PASSWORD: Mint = { name: 'vip-password', kind: 'password' };

/** What one master's keepalived has to know. `place` is the master's among all, from 0. */
export interface VipMember {
  readonly name: string;
  readonly address: string;
  readonly device: string;
  readonly place: number;
  readonly peers: readonly string[];
  readonly vip: string;
}

/**
 * The configuration of keepalived. Nobody is born master and nobody takes the VIP back, so that it moves only when it has to.
 * The check is one of k3s's supervisor, which answers without etcd: a lost quorum moves nothing. It has no weight: a
 * master whose k3s is gone gives the VIP away whatever its priority.
 */
export const vipConfig = ({ name, address, device, place, peers, vip }: VipMember): File => {
  const unicast =
    peers.length > 0
      ? `  unicast_src_ip ${address}
  unicast_peer {
${peers.map((peer) => `    ${peer}\n`).join('')}  }
`
      : '';
  return {
    path: VIP_CONFIG,
    mode: '0600',
    content: text`# Written by edgectl, which puts it back when it is edited.
global_defs {
  router_id ${name}
  script_user root
  enable_script_security
  vrrp_check_unicast_src
}
vrrp_script api {
  script "/usr/bin/curl --silent --fail --max-time 2 --output /dev/null --cacert ${`${SERVER_CA.path}.crt`} https://127.0.0.1:6443/ping"
  interval 1
  timeout 3
  fall 2
  rise 1
  init_fail
}
vrrp_instance vip {
  state BACKUP
  nopreempt
  interface ${device}
  virtual_router_id ${String(Number(vip.split('.').at(-1)) || 1)}
  priority ${String(200 - 50 * place)}
  advert_int 1
${unicast}  authentication {
    auth_type PASS
    auth_pass ${secret(VIP_PASSWORD.name)}
  }
  virtual_ipaddress {
    ${vip}/32 dev ${device}
  }
  track_script {
    api
  }
}
`,
  };
};

/** The unit. Its keepalived knows VRRP alone, and files of its own where another one would have the same. */
export const vipUnit: File = {
  path: `/etc/systemd/system/${VIP_UNIT}`,
  mode: '0644',
  content: [
    `[Unit]
Description=keepalived for the VIP of the cluster, placed by edgectl
Documentation=man:keepalived(8)
Wants=network-online.target
After=network-online.target

[Service]
Type=simple
ExecStart=/usr/sbin/keepalived --dont-fork --log-console --vrrp --use-file=${VIP_CONFIG} --pid=/run/edgectl-vip.pid --vrrp_pid=/run/edgectl-vip-vrrp.pid
Restart=always
RestartSec=2s

[Install]
WantedBy=multi-user.target
`,
  ],
};
