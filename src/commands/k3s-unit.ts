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

/** Where systemd looks for programs that a service calls. */
const SYSTEM_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** The path of the drop-in below, for a unit. */
export const runtimePathFile = (unit: string): string =>
  `/etc/systemd/system/${unit}.d/50-edgectl-accelerator.conf`;

/**
 * The drop-in with which k3s finds a container runtime: it looks in the PATH of its service, once, when it starts. So where the
 * drop-in comes or goes, k3s has to be started again. A PATH in the files of the operator still wins.
 */
export const runtimePathDropIn = (
  unit: string,
  runtime: { readonly name: string; readonly folders: readonly string[] },
): File => ({
  path: runtimePathFile(unit),
  mode: '0644',
  content: [
    `# Written by edgectl, so that k3s finds the container runtime ${runtime.name}.
[Service]
Environment=PATH=${[...runtime.folders.filter((folder) => !SYSTEM_PATH.includes(folder)), ...SYSTEM_PATH].join(':')}
`,
  ],
});
