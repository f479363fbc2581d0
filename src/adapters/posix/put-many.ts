import { createHash, randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Upload } from '../../ports/shell.ts';
import { ENVIRONMENT, type Start } from './program.ts';
import type { Privilege } from './sudo.ts';

const WITHIN_MS = 120_000;

/** A file whose content is in memory. */
export type Content = Upload & { readonly from: { readonly content: string } };

// Words, four for each file: target, name of its part, mode, owner or ''. Stdin has a line for each: its sha256 and its
// content in base64, because a shell cannot read so many bytes and no more. Files are placed when all lie on the disk, which
// waits for it once; prints the number of each that is in its place. What goes wrong with one is nobody else's concern.
const PUT_MANY = `${ENVIRONMENT}
case $(type printf) in *builtin*) ;; *) exit 0 ;; esac
umask 022
each() {
  n=0
  while [ $n -lt $count ]; do
    to=$1 name=$2 mode=$3 owner=$4 part=\${1%/*}/$2
    "$step"
    shift 4; set -- "$@" "$to" "$name" "$mode" "$owner"
    n=$((n + 1))
  done
}
write() {
  IFS=' ' read -r want text || return
  [ ! -d "$to" ] || return
  [ -d "\${to%/*}/" ] || mkdir -p -- "\${to%/*}/" || return
  for old in "\${to%/*}/.\${to##*/}".*.edgectl-part; do [ ! -e "$old" ] || rm -f -- "$old"; done
  (umask 077; set -C; printf '%s' "$text" | base64 -d >"$part") || { rm -f -- "$part"; return; }
  set -- $(sha256sum <"$part")
  [ "$1" = "$want" ] || rm -f -- "$part"
}
reach() { [ ! -f "$part" ] || sync -- "$part" 2>/dev/null; }
name() {
  [ -f "$part" ] || return
  chmod "$mode" "$part" && { [ -z "$owner" ] || chown "$owner" "$part"; } && mv -f -- "$part" "$to" && echo $n
}
drop() { rm -f -- "$part"; }
count=$(($# / 4))
trap 'step=drop; each "$@"' EXIT
trap 'exit 1' HUP INT PIPE TERM
for step in write reach name; do each "$@"; done
exit 0`;

const basename = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Gives the files that could not be written, for whatever reason. */
const putAll = async (
  start: Start,
  files: readonly Content[],
  privilege: Privilege,
): Promise<readonly Content[]> => {
  const words = files.flatMap(({ to, mode, root }) => [
    to,
    `.${basename(to)}.${randomBytes(6).toString('hex')}.edgectl-part`,
    mode,
    root ? '0:0' : '',
  ]);
  const lines = files.map(({ from }) => {
    const content = Buffer.from(from.content);
    return `${createHash('sha256').update(content).digest('hex')} ${content.toString('base64')}\n`;
  });
  const { stdout } = await start({
    argv: [...privilege.prefix, 'sh', '-c', PUT_MANY, 'sh', ...words],
    stdin: Buffer.concat([privilege.stdin, Buffer.from(lines.join(''))]),
    says: `writing ${files.map(({ to }) => to).join(', ')}`,
    withinMs: WITHIN_MS,
  });
  const placed = new Set(stdout.toString().split('\n'));
  return files.filter((_, n) => !placed.has(`${n}`));
};

/**
 * Writes files that are wanted in the same turn of the event loop in one round trip, each in the way that `alone` writes
 * one: beside its target, verified, on the disk, renamed. One that could not be written so is written alone, which says why.
 */
export const putMany = (
  start: Start,
  privilege: () => Promise<Privilege>,
  alone: (file: Content) => Promise<void>,
): ((file: Content) => Promise<void>) => {
  let waiting: Content[] = [];
  let turn: Promise<readonly Content[]> | undefined;
  const flush = async (): Promise<readonly Content[]> => {
    await setImmediate();
    const files = waiting.filter(({ to }) => to.startsWith('/') && basename(to) !== '');
    const others = waiting.filter((file) => !files.includes(file));
    waiting = [];
    turn = undefined;
    return files.length < 2
      ? [...files, ...others]
      : [...(await putAll(start, files, await privilege())), ...others];
  };
  return async (file) => {
    waiting.push(file);
    turn ??= flush();
    if ((await turn).includes(file)) await alone(file);
    else file.progress?.(Buffer.byteLength(file.from.content));
  };
};
