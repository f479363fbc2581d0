import type { File } from '../engine/change.ts';
import { AGENT_UNIT, BINARY, SERVER_UNIT } from './k3s.ts';

/**
 * The systemd unit: k3s's own keys, and the clock set before any certificate is read. It names the binary's digest, so
 * that another binary makes another unit file, which is in force only after a restart.
 */
const unit = (of: { unit: string; command: string; type: string; sha256: string }): File => ({
  path: `/etc/systemd/system/${of.unit}`,
  mode: '0644',
  content: [
    `[Unit]
Description=k3s ${of.command}, placed by edgectl
Documentation=https://k3s.io
Wants=network-online.target
After=network-online.target time-sync.target
X-K3s-Binary=sha256:${of.sha256}

[Service]
Type=${of.type}
EnvironmentFile=-/etc/default/%N
EnvironmentFile=-/etc/sysconfig/%N
EnvironmentFile=-/etc/systemd/system/%n.env
KillMode=process
Delegate=yes
LimitNOFILE=1048576
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
TimeoutStartSec=0
Restart=always
RestartSec=5s
ExecStartPre=-/sbin/modprobe br_netfilter
ExecStartPre=-/sbin/modprobe overlay
ExecStart=${BINARY} ${of.command}

[Install]
WantedBy=multi-user.target
`,
  ],
});

/** The unit of a server; systemd calls it active when k3s says that it is up. `sha256` is the binary's. */
export const serverUnit = (sha256: string): File =>
  unit({ unit: SERVER_UNIT, command: 'server', type: 'notify', sha256 });

/** The unit of an agent. `sha256` is the binary's. */
export const agentUnit = (sha256: string): File =>
  unit({ unit: AGENT_UNIT, command: 'agent', type: 'exec', sha256 });
