import { asRoot, type Command, script } from '../engine/command.ts';
import { BINARY, DATA } from './k3s.ts';

/** Where the blobs of images arrive; they go once containerd has them. */
export const IMPORT_BLOBS = '/var/lib/edgectl/images';

/** Which images edgectl has imported: the digest of the configuration and the name, a line each. */
export const IMPORTED = '/var/lib/edgectl/imported';

/**
 * What importing takes beside the blobs: containerd copies them and unpacks them. Layers unpack to between two and three
 * times their size; with the least, what is refused for want of room would surely not have fitted.
 */
export const IMPORT_NEEDS = { path: `${DATA}/agent/containerd`, times: 3 } as const;

/** Where containerd keeps what images are made of, each blob under its digest. */
export const storedPath = (digest: string): string =>
  `${DATA}/agent/containerd/io.containerd.content.v1.content/blobs/${digest.replace(':', '/')}`;

/** An image as it is imported: the folder's `index.json` names its manifest; `config` is the ID that Kubernetes knows it by. */
export interface ImportedImage {
  readonly name: string;
  readonly index: string;
  readonly manifest: string;
  readonly config: string;
  readonly blobs: readonly string[];
}

// $1 is k3s, $2 the folder of the blobs, $3 the list, $4 the name, $5 its manifest's digest, $6 the ID, $7 the index; then the
// digests of its blobs. The kubelet's side of containerd gives an image its ID a moment after the import, as a second name.
const IMPORT = `set -e
k3s=$1 blobs=$2 list=$3 name=$4 manifest=$5 id=$6 index=$7
shift 7
is() { "$k3s" ctr -n k8s.io images ls | awk -v name="$1" -v digest="$2" '$1 == name && $3 == digest { ok = 1 } END { exit !ok }'; }
work=$(mktemp -d "$blobs/import.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/blobs/sha256"
printf '%s' "$index" > "$work/index.json"
printf '{"imageLayoutVersion":"1.0.0"}' > "$work/oci-layout"
for digest; do ln "$blobs/$digest" "$work/blobs/sha256/\${digest#sha256:}"; done
tar -C "$work" -cf - oci-layout index.json blobs | "$k3s" ctr -n k8s.io images import - > /dev/null
"$k3s" ctr -n k8s.io images label "$name" io.cri-containerd.pinned=pinned > /dev/null
tries=0
until is "$name" "$manifest" && is "$id" "$manifest"; do
  tries=$((tries + 1))
  if [ $tries = 40 ]; then
    echo "containerd does not have $name with the ID $id" >&2
    exit 1
  fi
  sleep 0.25
done
touch "$list"
awk -v name="$name" '$2 != name' "$list" > "$list.edgectl-part"
echo "$id $name" >> "$list.edgectl-part"
mv -f "$list.edgectl-part" "$list"`;

/**
 * Has containerd import an image, pinned, so that the kubelet does not throw away what no registry here could give back;
 * fails when it then has not the ID that it should.
 */
export const importImage = ({ name, index, manifest, config, blobs }: ImportedImage): Command => ({
  ...asRoot(script(IMPORT, BINARY, IMPORT_BLOBS, IMPORTED, name, manifest, config, index, ...blobs)),
  within: 1800,
});

// $1 is k3s, $2 the list, $3 the image's line in it; then the names that containerd has for it.
const FORGET = `set -e
k3s=$1 list=$2 line=$3
shift 3
[ $# = 0 ] || "$k3s" ctr -n k8s.io images rm --sync "$@" > /dev/null
grep -vxF "$line" "$list" > "$list.edgectl-part" || true
mv -f "$list.edgectl-part" "$list"`;

/** Takes an image's names away from containerd, which then removes what nothing else needs. */
export const removeImage = (
  { id, name }: { readonly id: string; readonly name: string },
  names: readonly string[],
): Command => ({
  ...asRoot(script(FORGET, BINARY, IMPORTED, `${id} ${name}`, ...names)),
  within: 600,
});
