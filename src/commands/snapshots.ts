import type { File, Mint } from '../engine/change.ts';
import { asRoot, type Command, cmd } from '../engine/command.ts';
import { DATA } from './k3s.ts';

/** Where k3s keeps its snapshots of etcd, and the name under which the kubelet shows them to administrators. */
export const SNAPSHOTS = `${DATA}/server/db/snapshots`;
export const SHELF = '/var/log/edgectl-snapshots';

/** Has the kubelet show the snapshots: it serves what lies below /var/log, to whoever may use the API as it does. */
export const showSnapshots: Command = asRoot(cmd('ln', '-sfn', SNAPSHOTS, SHELF));

/** The control node's own certificate for the API: it has to outlive the times when nobody runs edgectl. */
export const SHIPPER: Mint = { name: 'snapshots', kind: 'client', years: 10 };

const UNIT = 'edgectl-snapshots';
export const SHIP_UNIT = `${UNIT}.service`;
export const SHIP_TIMER = `${UNIT}.timer`;
const SCRIPT = '/usr/local/lib/edgectl/ship-snapshots';

/** As many as two weeks have, of two a day. */
const KEPT = 28;

/** Where the snapshots of a server are, and the folder of what the control node keeps of the cluster. */
export interface Shipping {
  readonly address: string;
  readonly node: string;
  readonly kept: string;
}

// The token is kept with them, because a snapshot can only be restored with the one of its time.
const script = ({ address, node, kept }: Shipping): string => `#!/bin/sh
# Written by edgectl, which puts it back when it is edited.
set -eu
umask 077
kept=${kept}
shelf=https://${address}:6443/api/v1/nodes/${node}/proxy/logs/${SHELF.slice('/var/log/'.length)}
base64 -d < "$kept/secrets/${SHIPPER.name}.key.b64" > "$RUNTIME_DIRECTORY/key"
get() {
  curl -sS --fail --connect-timeout 20 --cacert "$kept/outcomes/server-ca.crt" \\
    --cert "$kept/outcomes/${SHIPPER.name}.crt" --key "$RUNTIME_DIRECTORY/key" "$@"
}
mkdir -p "$kept/snapshots"
cd "$kept/snapshots"
cp "$kept/secrets/server-token" server-token
list=$(get "$shelf/")
printf '%s\\n' "$list" | sed -n 's/^<a href="\\([A-Za-z0-9][A-Za-z0-9._-]*\\)".*/\\1/p' | grep -v '\\.part$' | while read -r name; do
  [ ! -e "$name" ] || continue
  get -o .part "$shelf/$name"
  sync .part
  mv .part "$name"
done
ls -t | grep -vx server-token | tail -n +${KEPT + 1} | xargs -r rm -f --
`;

/** What the control node runs to fetch the snapshots of a server: a script, a service, and when it starts. */
export const shippingFiles = (of: Shipping): readonly File[] => [
  { path: SCRIPT, mode: '0755', content: [script(of)] },
  {
    path: `/etc/systemd/system/${SHIP_UNIT}`,
    mode: '0644',
    content: [
      `[Unit]
Description=Snapshots of the cluster come to this machine, placed by edgectl
Wants=network-online.target
After=network-online.target time-sync.target

[Service]
Type=oneshot
ExecStart=${SCRIPT}
RuntimeDirectory=${UNIT}
RuntimeDirectoryMode=0700
Nice=19
`,
    ],
  },
  {
    path: `/etc/systemd/system/${SHIP_TIMER}`,
    mode: '0644',
    content: [
      `[Unit]
Description=When snapshots of the cluster come to this machine, placed by edgectl

[Timer]
OnBootSec=5min
OnUnitInactiveSec=15min

[Install]
WantedBy=timers.target
`,
    ],
  },
];
