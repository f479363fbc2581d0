import { asRoot, script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** Where to look for what k3s and edgectl leave: see `commands/k3s-removal.ts`, which removes it. */
export interface Places {
  readonly units: readonly string[];
  readonly programs: string;
  readonly mountsBelow: readonly string[];
  readonly links: readonly string[];
  /** The pods' network, `10.42.0.0/16`. */
  readonly pods: string;
  readonly firewalls: readonly string[];
  readonly ruleMarks: string;
  /** A shell assignment that finds bundled tools too. */
  readonly toolPath: string;
  readonly folders: readonly string[];
  readonly toolLinks: readonly string[];
  readonly paths: readonly string[];
}

/** What there is of it. */
export interface Leftovers {
  readonly units: readonly string[];
  readonly programs: boolean;
  readonly mounts: boolean;
  readonly network: boolean;
  readonly rules: boolean;
  readonly files: boolean;
}

// The arguments are `kind=value`; what is there is printed back. The last line says that everything was looked at. A
// program that sees other file systems than process 1 runs inside a container and is none of ours.
const LOOK = `here=$(readlink /proc/1/ns/mnt)
ours() {
  while read -r exe; do
    [ "$(readlink "\${exe%/exe}/ns/mnt")" != "$here" ] || echo "$exe"
  done
}
for word; do
  value=\${word#*=}
  case $word in
    unit=*) [ -e "/etc/systemd/system/$value" ];;
    program=*) find /proc -mindepth 2 -maxdepth 2 -name exe -lname "$value" 2>/dev/null | ours | grep -q .;;
    mount=*) grep -qF " $value/" /proc/self/mounts;;
    link=*) [ -e "/sys/class/net/$value" ];;
    space=*) ls -d $value >/dev/null 2>&1;;
    route=*) ip -4 route show root "$value" | grep -q ' via ';;
    rules=*) command -v "$value-save" >/dev/null && "$value-save" 2>/dev/null | grep -qE "$marks";;
    folder=*) [ -d "$value" ] && ls -A "$value" | grep -qvx lost+found;;
    tool=*) [ "$(readlink "$value")" = k3s ];;
    path=*) [ -e "$value" ] || [ -L "$value" ];;
  esac && echo "$word"
done
echo end`;

const words = (kind: string, values: readonly string[]): readonly string[] =>
  values.map((value) => `${kind}=${value}`);

/** What k3s and edgectl have left on a host. */
export const leftovers = (places: Places): Fact<Leftovers | 'absent'> => ({
  name: 'leftovers',
  ask: asRoot(
    script(
      `${places.toolPath}\nmarks='${places.ruleMarks}'\n${LOOK}`,
      ...words('unit', places.units),
      ...words('program', [places.programs]),
      ...words('mount', places.mountsBelow),
      ...words('link', places.links),
      ...words('space', ['/run/netns/cni-*']),
      ...words('route', [places.pods]),
      ...words('rules', places.firewalls),
      ...words('folder', places.folders),
      ...words('tool', places.toolLinks),
      ...words('path', places.paths),
    ),
  ),
  parse: (output) => {
    const lines = output.trim().split('\n');
    if (lines.pop() !== 'end') return 'absent';
    const has = (...kinds: readonly string[]) =>
      lines.some((line) => kinds.some((kind) => line.startsWith(`${kind}=`)));
    return {
      units: lines.flatMap((line) => (line.startsWith('unit=') ? [line.slice('unit='.length)] : [])),
      programs: has('program'),
      mounts: has('mount'),
      network: has('link', 'space', 'route'),
      rules: has('rules'),
      files: has('folder', 'tool', 'path'),
    };
  },
});
