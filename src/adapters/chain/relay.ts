import * as z from 'zod';
import type { Shell, Talk } from '../../ports/shell.ts';
import type { LocalFile } from '../../ports/source.ts';
import type { Host } from '../../spec/cluster.ts';
import { type Arch, archOf } from '../../support/arch.ts';
import { Problem } from '../../support/problem.ts';

/** Where the helper lies on a node; `edgectl reset` takes it away with the folder. */
const HELPER = '/usr/local/lib/edgectl/node-helper';
const ASK_WITHIN_MS = 60_000;
const READY_WITHIN_MS = 20_000;
const LIVES_MS = 24 * 3_600_000;

const Event = z.object({
  event: z.string(),
  task: z.int().default(0),
  address: z.string().default(''),
  fingerprint: z.string().default(''),
  done: z.int().default(0),
  total: z.int().default(0),
  peer: z.string().default(''),
  why: z.string().default(''),
});

/** What a relay says; sizes are bytes. */
export type RelayEvent = Readonly<z.infer<typeof Event>>;

/** A relay as its neighbours know it. */
export interface Peer {
  readonly address: string;
  readonly fingerprint: string;
}

/** One batch of blobs for a relay, and its place in the chain. */
export interface RelayTask {
  readonly id: number;
  readonly blobs: readonly {
    readonly path: string;
    readonly size: number;
    readonly chunks: readonly string[];
  }[];
  readonly next: readonly Peer[];
  readonly from: readonly string[];
}

/** A relay that runs on a host. */
export interface Relay {
  readonly peer: Peer;
  /** Opens what it is to bring, and says `open` then. */
  work(tasks: readonly RelayTask[], hear: (event: RelayEvent) => void): void;
  /** Lets it send. */
  go(): void;
  readonly talk: Talk;
}

/** The helper programs that come with edgectl; absent for an architecture that this build has none of. */
export type Helpers = (arch: Arch) => (LocalFile & { readonly sha256: string }) | undefined;

const readEvent = (line: string): RelayEvent | undefined => {
  try {
    return Event.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
};

/** Brings the helper of the host's architecture there, unless it is there already. */
const placeHelper = async (shell: Shell, host: Host, helpers: Helpers): Promise<void> => {
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

/** The first word of a relay, or why there is none. */
const readyOf = (talk: Talk, first: Promise<RelayEvent>, host: Host): Promise<RelayEvent> => {
  const problem = (message: string) => new Problem('COMMAND_FAILED', message, { host: host.key });
  const ends = talk.ended.then(({ stderr, code }) => {
    throw problem(`the relay ended with ${code}: ${stderr.trim().slice(0, 200)}`);
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(problem('the relay does not say that it is ready')), READY_WITHIN_MS);
  });
  return Promise.race([first, ends, late]).finally(() => clearTimeout(timer));
};

/** Starts a relay on a host. It listens on the host's own address, and ends when the talk does. */
export const startRelay = async (shell: Shell, host: Host, helpers: Helpers): Promise<Relay> => {
  await placeHelper(shell, host, helpers);
  let hear: (event: RelayEvent) => void = () => {};
  let isReady: (event: RelayEvent) => void = () => {};
  const first = new Promise<RelayEvent>((resolve) => {
    isReady = resolve;
  });
  const talk = await shell.talk(
    { argv: [HELPER, 'relay', host.address], root: true, withinMs: LIVES_MS },
    (line) => {
      const event = readEvent(line);
      if (event?.event === 'ready') isReady(event);
      else if (event) hear(event);
    },
  );
  try {
    const { address, fingerprint } = await readyOf(talk, first, host);
    return {
      peer: { address, fingerprint },
      talk,
      work(tasks, listen) {
        hear = listen;
        talk.say(JSON.stringify({ tasks, rate: 0 }));
      },
      go: () => talk.say('go'),
    };
  } catch (error) {
    talk.end();
    throw error;
  }
};
