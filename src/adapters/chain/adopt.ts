import { blobPath } from '../../engine/change.ts';
import { script } from '../../engine/command.ts';
import type { Ended, Transfer } from '../../engine/world.ts';
import type { Suppliers } from '../../ports/distribution.ts';
import type { Shells } from '../../ports/shells.ts';

const WITHIN_MS = 1_800_000;

// stdin has a digest in hex, where the content lies and where it is to lie, a line each; prints the digests that are there now.
const COPY = `umask 077
sum() { if command -v openssl >/dev/null; then openssl dgst -sha256 -r "$1"; else sha256sum "$1"; fi; }
while read -r sha from to; do
  mkdir -p "\${to%/*}"
  if cp --reflink=auto "$from" "$to.own" && [ "$(sum "$to.own" | cut -c-64)" = "$sha" ]; then
    mv -f "$to.own" "$to" && echo "$sha"
  else
    rm -f "$to.own"
  fi
done`;

/** Has a host copy what it has in place itself; gives the digests of what is there then, verified. */
const copyOn = async (
  { host, into, blobs }: Transfer,
  { holders }: Suppliers,
  shells: Shells,
): Promise<ReadonlySet<string>> => {
  const own = blobs.flatMap(({ digest }) => {
    const held = holders.get(digest)?.find((holder) => holder.host.key === host.key);
    return held ? [`${digest.replace('sha256:', '')} ${held.path} ${blobPath(into, digest)}\n`] : [];
  });
  if (own.length === 0) return new Set();
  const shell = await shells.open(host);
  const { parts } = script(COPY);
  const line = { argv: parts, stdin: own.join(''), root: true, withinMs: WITHIN_MS };
  const { stdout } = await shell.run(line);
  return new Set(stdout.split('\n').flatMap((sha) => (sha === '' ? [] : [`sha256:${sha}`])));
};

/**
 * Has every host take from itself what it has elsewhere, such as the layers that a newer image shares with an older one.
 * Gives what is still to be sent; `ended` tells of those too as if nothing had been left out.
 */
export const adopt = async (
  transfers: readonly Transfer[],
  from: Suppliers,
  shells: Shells,
  ended: Ended,
): Promise<{ readonly left: readonly Transfer[]; readonly ended: Ended }> => {
  const whole = new Map<Transfer, Transfer>();
  const left = await Promise.all(
    transfers.map(async (transfer) => {
      const there = await copyOn(transfer, from, shells).catch((): ReadonlySet<string> => new Set());
      const rest = { ...transfer, blobs: transfer.blobs.filter(({ digest }) => !there.has(digest)) };
      whole.set(rest, transfer);
      if (rest.blobs.length === 0 && transfer.blobs.length > 0) ended(transfer);
      return rest;
    }),
  );
  return {
    left: left.filter((rest) => rest.blobs.length > 0 || whole.get(rest)?.blobs.length === 0),
    ended: (rest, problem) => ended(whole.get(rest) ?? rest, problem),
  };
};
