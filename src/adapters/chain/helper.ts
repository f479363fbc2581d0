import type { Shell } from '../../ports/shell.ts';
import type { LocalFile } from '../../ports/source.ts';
import type { Host } from '../../spec/cluster.ts';
import { type Arch, archOf } from '../../support/arch.ts';
import { Problem } from '../../support/problem.ts';

/** Where the helper lies on a node; `edgectl reset` takes it away with the folder. */
export const HELPER = '/usr/local/lib/edgectl/node-helper';
const ASK_WITHIN_MS = 60_000;

/** The helper programs that come with edgectl; absent for an architecture that this build has none of. */
export type Helpers = (arch: Arch) => (LocalFile & { readonly sha256: string }) | undefined;

/** Brings the helper of the host's architecture there, unless it is there already. */
export const placeHelper = async (shell: Shell, host: Host, helpers: Helpers): Promise<void> => {
  const ask = { root: true, withinMs: ASK_WITHIN_MS };
  const [machine, there] = await shell.ask([
    { argv: ['uname', '-m'], ...ask },
    { argv: ['sha256sum', HELPER], ...ask },
  ]);
  const arch = archOf(machine?.stdout.trim() ?? '');
  const helper = arch && helpers(arch);
  if (!helper) throw new Problem('UPLOAD_FAILED', 'this edgectl has no helper for it', { host: host.key });
  if (there?.stdout.startsWith(helper.sha256)) return;
  await shell.put({
    to: HELPER,
    mode: '0755',
    from: { local: helper, sha256: helper.sha256 },
    root: true,
  });
};
