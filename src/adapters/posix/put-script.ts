import { ENVIRONMENT } from './program.ts';

/** What the scripts below print last: a word and what belongs to it; the reason for `failed` is on stderr. */
export type Verdict =
  | { readonly word: 'ok' }
  | { readonly word: 'failed'; readonly freeBytes: number }
  | { readonly word: 'corrupt'; readonly sha256: string }
  | { readonly word: 'have'; readonly bytes: number; readonly sha256: string; readonly freeBytes: number };

// Every script gets: $1 target, $2 name of the part file beside it, then its own words. Ending a part file's name with
// .edgectl-part keeps it out of every folder that is watched by suffix, such as k3s's images and manifests.
const HEAD = `${ENVIRONMENT}
umask 022
to=$1
dir=\${to%/*}
dir=\${dir:-/}
part=$dir/$2
free() { df -Pk -- "$dir" 2>/dev/null | { while read -r _ _ _ kib _; do last=$kib; done; printf '%s' "\${last:-0}"; }; }
fail() { printf 'failed %s\\n' "$(free)"; exit 1; }
sum() { set -- $(sha256sum); printf '%s' "$1"; }
[ ! -d "$to" ] || { echo 'it is a directory' >&2; fail; }
mkdir -p -- "$dir" || fail
`;

// coreutils may hash without the CPU's instructions for it, seven times slower than openssl, which is slower to start.
const BIG_SUM = `big_sum() { if command -v openssl >/dev/null; then set -- $(openssl dgst -sha256 -r); else set -- $(sha256sum); fi; printf '%s' "$1"; }
`;

// $3 mode, $4 owner or ''.
const PLACE = `chmod "$mode" "$part" || fail
[ -z "$owner" ] || chown "$owner" "$part" || fail
mv -f -- "$part" "$to" || fail
trap - EXIT
echo ok`;

// Parts of this file that something left behind: a power cut, or a part of another version.
const SWEEP = `for old in "$dir/.\${to##*/}".*.edgectl-part; do [ "$old" = "$part" ] || rm -f -- "$old"; done
`;

/**
 * Writes a whole file: $3 mode, $4 owner or ''. Stdin is its sha256 on a line (a digest of a secret does not belong
 * into argv), then its bytes. `set -C` refuses to write through something that is already there. Whoever reads the verdict
 * may be dead by then, and a shell that is ended by SIGPIPE does nothing at its EXIT.
 */
export const PUT_CONTENT = `${HEAD}mode=$3 owner=$4
IFS= read -r want
${SWEEP}trap 'rm -f -- "$part"' EXIT
trap 'exit 1' HUP INT PIPE TERM
umask 077
(set -C; cat >"$part") || { rm -f -- "$part"; fail; }
got=$(sum <"$part")
[ "$got" = "$want" ] || { printf 'corrupt %s\\n' "$got"; exit 1; }
sync -- "$part" 2>/dev/null
${PLACE}`;

/**
 * Makes a part file ready: $3 is the number of bytes at its end that may have holes, or 'all' to begin anew. Prints
 * how much of it can stay, and the digest of that much.
 */
export const PREPARE_PART = `${HEAD}${BIG_SUM}${SWEEP}holes=$3
[ "$holes" != all ] && [ -f "$part" ] && [ ! -L "$part" ] || { rm -f -- "$part"; holes=0; }
umask 077
: >>"$part" || fail
have=$(($(wc -c <"$part") - holes))
[ "$have" -gt 0 ] || have=0
got=$(head -c "$have" "$part" | big_sum)
printf 'have %s %s %s\\n' "$have" "$got" "$(free)"`;

/** Adds stdin to the part file after its first $3 bytes. */
export const APPEND_PART = `${HEAD}
at=$3
if [ "$at" -lt "$(wc -c <"$part")" ]; then truncate -s "$at" "$part" || fail; fi
cat >>"$part" || fail
echo ok`;

/** Verifies a part file against $5, then gives it mode $3, owner $4 or '', and its name. */
export const PLACE_PART = `${HEAD}${BIG_SUM}mode=$3 owner=$4 want=$5
got=$(big_sum <"$part")
[ "$got" = "$want" ] || { rm -f -- "$part"; printf 'corrupt %s\\n' "$got"; exit 1; }
${PLACE}`;

/** Reads the last line that a script printed; `undefined` when it is none of the above. */
export const readVerdict = (stdout: string): Verdict | undefined => {
  const [word, ...rest] = (stdout.trimEnd().split('\n').at(-1) ?? '').split(' ');
  const bytesOf = (kib: string | undefined) => Number(kib ?? 0) * 1024;
  if (word === 'ok') return { word };
  if (word === 'failed') return { word, freeBytes: bytesOf(rest[0]) };
  if (word === 'corrupt') return { word, sha256: rest[0] ?? '' };
  if (word === 'have')
    return { word, bytes: Number(rest[0]), sha256: rest[1] ?? '', freeBytes: bytesOf(rest[2]) };
  return undefined;
};
