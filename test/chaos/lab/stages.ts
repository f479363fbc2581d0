import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Ran } from '../../init/cli.ts';
import { openSite, type Site } from '../../init/site.ts';
import { scriptOn } from '../../lab/exec-on.ts';
import { fault } from '../../lab/lab.ts';
import { makeWalkBundle } from './bundle.ts';
import { type Drawn, isEmulated, type Verb, type Worker } from './draw.ts';
import { lookOn } from './look.ts';

/** One verb of a walk: its words, and whether its end shows that an earlier run had done it. */
export interface Stage {
  readonly verb: Verb;
  readonly words: () => Promise<readonly string[]>;
  readonly wasDone: (ran: Ran) => boolean;
}

/** A site for walks, its cluster file as the lab wrote it, and the bundle that is pushed. */
export interface WalkSite extends Site {
  readonly text: string;
  readonly worker: Worker;
  readonly bundle: string;
}

// What a power cut would take from a journal in memory must be scanned, too; podman has one there whatever journald is told.
const KEEP_LOGS = `flush=/etc/systemd/system/systemd-journal-flush.service.d
mkdir -p "$flush"
printf '[Service]\\nExecStartPre=-/bin/umount -l /var/log/journal\\n' > "$flush/walks.conf"
printf '[Journal]\\nStorage=persistent\\nSyncIntervalSec=2s\\nSystemMaxUse=200M\\n' > /etc/systemd/journald.conf.d/zz-walks.conf
systemctl daemon-reload
systemctl restart systemd-journal-flush systemd-journald
journalctl --flush`;

/**
 * Makes the site: boards whose logs outlive a power cut, and a bundle to push. There are three, or two of which one is emulated; its
 * clock has no battery, as a developer kit comes.
 */
export const openWalks = async (worker: Worker): Promise<WalkSite> => {
  const site = await openSite('chaos', worker === 'emulated' ? { boards: 1, arm: 1 } : { boards: 3 });
  for (const board of site.names().filter(isEmulated)) {
    await fault(site.lab.name, board, 'battery-out');
    await lookOn(site.lab.name, board);
  }
  await Promise.all(site.names().map((name) => scriptOn(site.lab.name, name, KEEP_LOGS)));
  const text = await readFile(site.lab.file, 'utf8');
  await mkdir(join(site.run.state, 'runs'), { recursive: true });
  return { ...site, text, worker, bundle: await makeWalkBundle(site) };
};

interface HostEntry {
  readonly name: string;
  readonly address: string;
  readonly hostKey: string;
}

/** Which nodes of the lab a walk is about, and the board that comes only with `host add`. */
export const castOf = ({
  shape,
  verbs,
}: Drawn): { readonly nodes: readonly string[]; readonly late?: string } => {
  const isLate = verbs.includes('host add') && !verbs.includes('host remove');
  const late = isLate ? shape.boards.at(-1) : undefined;
  return { nodes: ['control', ...shape.boards], ...(late ? { late } : {}) };
};

/** Writes the cluster file that a walk begins with. */
export const writeCluster = async ({ lab, text }: WalkSite, drawn: Drawn): Promise<void> => {
  const document = parse(text) as { spec: { hosts: readonly HostEntry[]; masters: object } };
  const { nodes, late } = castOf(drawn);
  const hosts = document.spec.hosts.filter(({ name }) => nodes.includes(name) && name !== late);
  const masters = drawn.shape.members > 1 ? document.spec.masters : { elect: 1, ha: 'none' };
  const spec = { ...document.spec, hosts, masters };
  await writeFile(lab.file, stringify({ ...document, spec }, { lineWidth: 0 }));
};

/** The verbs of a walk, as commands, and the board that was removed or added. */
export const stagesOf = (
  site: WalkSite,
  drawn: Drawn,
): { readonly stages: readonly Stage[]; readonly moved: () => string } => {
  let gone = castOf(drawn).late ?? '';
  const worker = async () =>
    (await site.status()).nodes.findLast(({ role }) => role === 'worker')?.name ?? '';
  const never = () => false;
  const stages: Readonly<Record<Verb, Omit<Stage, 'verb'>>> = {
    init: { words: async () => ['init'], wasDone: never },
    'bundle push': {
      words: async () => ['bundle', 'push', site.bundle, '--allow-unsigned'],
      wasDone: never,
    },
    'host remove': {
      words: async () => {
        gone ||= await worker();
        return ['host', 'remove', gone];
      },
      wasDone: ({ stderr }) => stderr.includes(`no host ${gone} in`),
    },
    'host add': {
      words: async () => {
        const { spec } = parse(site.text) as { spec: { hosts: readonly HostEntry[] } };
        const entry = spec.hosts.find(({ name }) => name === gone);
        if (!entry) throw new Error(`the lab has no board ${gone}`);
        return ['host', 'add', entry.address, '--name', gone, '--host-key', entry.hostKey];
      },
      wasDone: never,
    },
  };
  return { stages: drawn.verbs.map((verb) => ({ verb, ...stages[verb] })), moved: () => gone };
};
