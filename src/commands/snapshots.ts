import type { File, Mint } from '../engine/change.ts';
import { asRoot, type Command, cmd } from '../engine/command.ts';
import { DATA } from './k3s.ts';
import { READER } from './snapshot-reader.ts';

/** Where k3s keeps its snapshots of etcd, unless it is told otherwise. */
export const SNAPSHOTS = `${DATA}/server/db/snapshots`;

/** The name under which the kubelet shows them: it serves what lies below /var/log, to whoever may read a node's logs. */
export const SHELF = '/var/log/edgectl-snapshots';

/** Has the kubelet show a folder of snapshots. */
export const showSnapshots = (folder: string): Command => asRoot(cmd('ln', '-sfn', folder, SHELF));

/**
 * The control node's own certificate for fetching them: it has to outlive the times when nobody runs edgectl, so what it may
 * do is as little as there is.
 */
export const SHIPPER: Mint = { name: 'snapshots', kind: 'client', user: READER, years: 10 };

const UNIT = 'edgectl-snapshots';
export const SHIP_UNIT = `${UNIT}.service`;
export const SHIP_TIMER = `${UNIT}.timer`;
const SCRIPT = '/usr/local/lib/edgectl/ship-snapshots';

/** As many as two weeks have, of two a day. */
const KEPT = 28;

/** Where the snapshots of a server are, and the folder of what the control node keeps of the cluster. */
export interface Shipping {
  readonly address: string;
  readonly kept: string;
}

// Names come from the server: only plain ones count. Every quarter of an hour the latest are looked for, so that what was
// thrown away here does not come again. k3s writes a zip in its place; etcd's own files end in the sum of all before.
const script = ({ address, kept }: Shipping): string => `#!/bin/sh
# Written by edgectl, which puts it back when it is edited.
set -eu
umask 077
kept=${kept}
shelf=https://${address}:10250/logs/${SHELF.slice('/var/log/'.length)}
base64 -d < "$kept/secrets/${SHIPPER.name}.key.b64" > "$RUNTIME_DIRECTORY/key"
get() {
  curl -q -sS --fail --noproxy '*' --connect-timeout 20 --speed-limit 1 --speed-time 60 \\
    --cacert "$kept/outcomes/server-ca.crt" --cert "$kept/outcomes/${SHIPPER.name}.crt" \\
    --key "$RUNTIME_DIRECTORY/key" "$@" </dev/null
}
hex() { od -An -v -tx1 | tr -d ' \\n'; }
is_whole() {
  case $1 in
    *.zip) [ "$(tail -c 22 .part | head -c 4 | hex)" = 504b0506 ] ;;
    *) [ "$(head -c -32 .part | sha256sum | cut -c -64)" = "$(tail -c 32 .part | hex)" ] ;;
  esac
}
mkdir -p "$kept/snapshots"
cd "$kept/snapshots"
get -o "$RUNTIME_DIRECTORY/list" "$shelf/"
sed -n 's/^<a href="\\([A-Za-z0-9][A-Za-z0-9._-]*\\)".*/\\1/p' "$RUNTIME_DIRECTORY/list" |
  grep -Ev '\\.(part|tmp|token)$' |
  sed -e 's/^.*-\\([0-9]\\{1,\\}\\)\\(\\.zip\\)\\{0,1\\}$/\\1 &/' -e t -e 's/^/0 /' |
  sort -n | cut -d ' ' -f 2 | tail -n ${KEPT} > "$RUNTIME_DIRECTORY/names"
failed=0
while read -r name; do
  [ ! -e "$name" ] || continue
  if get -o .part "$shelf/$name" && is_whole "$name"; then
    # It is restored with the token of its time.
    cp "$kept/secrets/server-token" "$name.token"
    sync .part "$name.token"
    mv .part "$name"
    sync .
  else
    echo "$name did not come whole" >&2
    failed=1
  fi
done < "$RUNTIME_DIRECTORY/names"
rm -f .part
ls -t | grep -x '[A-Za-z0-9][A-Za-z0-9._-]*' | grep -v '\\.token$' | tail -n +${KEPT + 1} | xargs -r rm -f --
for token in *.token; do
  [ -e "\${token%.token}" ] || rm -f -- "$token"
done
exit "$failed"
`;

/** What the control node runs to fetch the snapshots of a server: a script, a service, and when it starts. */
export const shippingFiles = (of: Shipping): readonly [script: File, service: File, timer: File] => [
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
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=yes
ReadWritePaths=${of.kept}
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
