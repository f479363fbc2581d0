import { asRoot, type Command, script } from '../engine/command.ts';
import { DRILL_UNIT } from '../support/drill-unit.ts';
import { TOOL_PATH } from './k3s-places.ts';

const CHAIN = 'EDGECTL-DRILL';
const HEAL = `/run/${DRILL_UNIT}.sh`;

/** A host that loses its network for a while. */
export interface Cut {
  readonly device: string;
  readonly seconds: number;
  /** The ports of SSH, which are left alone everywhere. */
  readonly ports: readonly number[];
  /** An address that the host goes on reaching; '' for none. */
  readonly spared: string;
  /** A unit that must not speak meanwhile, and is started afterwards; '' for none. */
  readonly unit: string;
}

// The machine's own service manager runs it, whoever else is gone by then. What is not there is no failure.
const BACK = `export ${TOOL_PATH}
for way in 'PREROUTING -i' 'POSTROUTING -o'; do
  while iptables -w 5 -t mangle -D $way "$1" -j ${CHAIN} 2>/dev/null; do :; done
done
iptables -w 5 -t mangle -F ${CHAIN} 2>/dev/null
iptables -w 5 -t mangle -X ${CHAIN} 2>/dev/null
[ -z "$2" ] || systemctl start "$2"
rm -f ${HEAL}`;

// $1 is the device, $2 the seconds, $3 the ports, $4 the address, $5 the unit. The timer stands before anything is cut.
const CUT = `set -e
export ${TOOL_PATH}
! systemctl -q is-active ${DRILL_UNIT}.timer || { echo 'a drill is under way here' >&2; exit 1; }
systemctl reset-failed ${DRILL_UNIT}.service 2>/dev/null || true
umask 077
cat > ${HEAL}
trap '[ $? = 0 ] || { systemctl stop ${DRILL_UNIT}.timer; sh ${HEAL} "$1" "$5"; } 2>/dev/null' EXIT
systemd-run --quiet --unit=${DRILL_UNIT} --on-active="$2" --timer-property=AccuracySec=100ms /bin/sh ${HEAL} "$1" "$5"
rule() { iptables -w 5 -t mangle "$@"; }
rule -N ${CHAIN}
for port in $3; do
  rule -A ${CHAIN} -p tcp --sport "$port" -j RETURN
  rule -A ${CHAIN} -p tcp --dport "$port" -j RETURN
done
if [ -n "$4" ]; then
  rule -A ${CHAIN} -s "$4" -j RETURN
  rule -A ${CHAIN} -d "$4" -j RETURN
fi
rule -A ${CHAIN} -j DROP
rule -I PREROUTING -i "$1" -j ${CHAIN}
rule -I POSTROUTING -o "$1" -j ${CHAIN}
[ -z "$5" ] || systemctl stop "$5"`;

/**
 * Takes a host's network away, but for SSH, as a cable that is pulled does, and has the host itself put it back after a
 * while, whatever becomes of edgectl; a host that boots meanwhile is whole, too. The unit is stopped when nobody hears its
 * farewell any more.
 */
export const cutOff = ({ device, seconds, ports, spared, unit }: Cut): Command => ({
  ...asRoot(script(CUT, device, String(seconds), ports.join(' '), spared, unit)),
  stdin: [`${BACK}\n`],
});
