import { asRoot, type Command, script } from '../engine/command.ts';
import {
  FIREWALLS,
  FOLDERS,
  LINKS,
  MOUNTS_BELOW,
  PARENTS,
  PATHS,
  PROGRAMS,
  RULE_MARKS,
  TOOL_LINKS,
  TOOL_PATH,
} from './k3s-places.ts';

// $1 is the pattern of the programs. Their children are the containers, which a stopped k3s leaves running. A k3s that
// runs inside some container of this machine is somebody else's: it sees other file systems than process 1. Some rounds, because a process may fork while it is looked for, and the kernel takes a moment to end one.
const KILL = `here=$(readlink /proc/1/ns/mnt)
keepers() {
  find /proc -mindepth 2 -maxdepth 2 -name exe -lname "$1" 2>/dev/null | cut -d/ -f3 | while read -r pid; do
    [ "$(readlink "/proc/$pid/ns/mnt")" != "$here" ] || echo "$pid"
  done
}
with_children() {
  ps -e -o pid= -o ppid= | awk -v keepers="$(keepers "$1" | tr '\\n' ' ')" '
    { parent[$1] = $2 }
    END {
      count = split(keepers, list, " ")
      for (i = 1; i <= count; i++) doomed[list[i]]
      do {
        found = 0
        for (pid in parent) if (!(pid in doomed) && (parent[pid] in doomed)) { doomed[pid]; found = 1 }
      } while (found)
      for (pid in doomed) print pid
    }'
}
for round in 1 2 3 4 5 6 7 8 9 10; do
  pids=$(with_children "$1")
  [ -n "$pids" ] || exit 0
  kill -9 $pids 2>/dev/null
  sleep 0.2
done
echo "still running:" $pids >&2
exit 1`;

/** Kills what k3s left running: its own helpers and all containers. Its units must be stopped before. */
export const killPrograms: Command = asRoot(script(KILL, PROGRAMS));

// The deepest first. Mounted names hold \\040 for a space.
const MOUNTS = `mounts() {
  cut -d' ' -f2 /proc/self/mounts | while read -r path; do
    path=$(printf '%b' "$path")
    for below; do
      case $path in "$below"/*) printf '%s\\n' "$path";; esac
    done
  done | sort -r
}`;

const UNMOUNT = `${MOUNTS}
mounts "$@" | while read -r path; do umount "$path" 2>/dev/null || umount -l "$path"; done
left=$(mounts "$@")
[ -z "$left" ] || { echo "still mounted:" $left >&2; exit 1; }`;

/** Unmounts what k3s mounted. */
export const unmount: Command = asRoot(script(UNMOUNT, ...MOUNTS_BELOW));

// $1 is the pods' network, the rest are links. Pods' own links go with their namespaces; other tools' namespaces may
// be named alike, but have somebody in them.
const UNPLUG = `pods=$1
shift
for space in /run/netns/cni-*; do
  [ -e "$space" ] || continue
  name=\${space##*/}
  [ -n "$(ip netns pids "$name")" ] || ip netns delete "$name"
done
for port in /sys/class/net/cni0/brif/*; do
  [ ! -e "$port" ] || ip link delete "\${port##*/}" 2>/dev/null
done
for link; do
  [ ! -e "/sys/class/net/$link" ] || ip link delete "$link" || exit
done
ip -4 route show root "$pods" | grep ' via ' | while read -r route rest; do ip -4 route delete "$route"; done
true`;

/** Removes the network links, namespaces and routes of k3s. `pods` is the pods' network. */
export const unplug = (pods: string): Command => asRoot(script(UNPLUG, pods, ...LINKS));

// Only the marked rules and chains are named, so that a rule which somebody else adds meanwhile is not lost. A table of
// nftables that is empty then goes too: to iptables that is the same as a table that was never there.
const UNRULE = `${TOOL_PATH}
marks=$1
shift
for tool; do
  command -v "$tool-save" >/dev/null && command -v "$tool-restore" >/dev/null || continue
  "$tool-save" 2>/dev/null | awk -v marks="$marks" '
    /^\\*/ { table = $0; chains = 0; rules = 0 }
    /^:/ { chain = substr($1, 2); if (chain ~ "^(" marks ")") ours[chains++] = chain }
    /^-A/ && $0 ~ marks && $2 !~ "^(" marks ")" { sub(/^-A/, "-D"); rule[rules++] = $0 }
    /^COMMIT/ && chains + rules > 0 {
      print table
      for (i = 0; i < rules; i++) print rule[i]
      for (i = 0; i < chains; i++) print "-F " ours[i]
      for (i = 0; i < chains; i++) print "-X " ours[i]
      print "COMMIT"
    }' | "$tool-restore" --noflush || exit
  family=ip
  [ "\${tool#ip6}" = "$tool" ] || family=ip6
  "$tool-save" 2>/dev/null | awk '
    /^#.*\\(nf_tables\\)/ { nft = 1 }
    /^\\*/ { table = substr($0, 2); used = 0 }
    /^:/ && $2 != "ACCEPT" || /^-A/ { used = 1 }
    /^COMMIT/ && nft && !used { print table }' | while read -r table; do nft delete table "$family" "$table"; done 2>/dev/null
done
command -v ipset >/dev/null || exit 0
ipset list -n | grep -E '^(inet6:)?KUBE-' | while read -r set; do ipset destroy "$set"; done
true`;

/** Removes the firewall rules of k3s, and no others. */
export const removeRules: Command = asRoot(script(UNRULE, RULE_MARKS, ...FIREWALLS));

// A mount that is still there would have its content removed, and that is not k3s's: then nothing is.
const DELETE = `${MOUNTS}
folders=$1 links=$2 parents=$3
shift 3
left=$(mounts $folders "$@")
[ -z "$left" ] || { echo "still mounted:" $left >&2; exit 1; }
for folder in $folders; do
  [ ! -d "$folder" ] || find "$folder" -mindepth 1 -maxdepth 1 ! -name lost+found -exec rm -rf --one-file-system {} +
  rmdir "$folder" 2>/dev/null
done
for link in $links; do
  [ "$(readlink "$link")" != k3s ] || rm -f "$link"
done
# Half of a file, if the power was cut while it was written.
for path; do rm -f -- "\${path%/*}/.\${path##*/}".*.edgectl-part "$path.edgectl-part"; done
rm -rf --one-file-system "$@" || exit
for parent in $parents; do rmdir "$parent" 2>/dev/null; done
systemctl daemon-reload
sync`;

/**
 * Removes the files of k3s and edgectl from a node. They stay removed when the power is cut right after: a datastore that came
 * back would make the next `init` take the host for one of another cluster.
 */
export const deleteFiles: Command = {
  ...asRoot(script(DELETE, FOLDERS.join(' '), TOOL_LINKS.join(' '), PARENTS.join(' '), ...PATHS)),
  within: 300,
};
