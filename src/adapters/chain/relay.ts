import * as z from 'zod';
import type { Shell, Talk } from '../../ports/shell.ts';
import type { Host } from '../../spec/cluster.ts';
import { Problem } from '../../support/problem.ts';
import { HELPER } from './helper.ts';

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
  rate: z.int().default(0),
  why: z.string().default(''),
  cipher: z.string().default(''),
});

/** What a relay says; sizes are bytes, rates bytes a second. */
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

/** What a relay is to do. `rate`, in bytes a second, bounds what it sends where it has no predecessor; 0 is without bound. */
export interface RelayJob {
  readonly tasks: readonly RelayTask[];
  readonly rate: number;
}

/** A relay that runs on a host. */
export interface Relay {
  readonly peer: Peer;
  /** Before any work: finds out how fast `to` takes bytes, and says so with `speed`; `from` may do so with this one. */
  measure(of: { readonly to: Peer; readonly from: Peer }, hear: (event: RelayEvent) => void): void;
  /** Opens what it is to bring, and says `open` then. */
  work(job: RelayJob, hear: (event: RelayEvent) => void): void;
  /** Lets it send. */
  go(): void;
  readonly talk: Talk;
}

const readEvent = (line: string): RelayEvent | undefined => {
  try {
    return Event.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
};

/** The first word of a relay, or why there is none. */
const readyOf = (talk: Talk, first: Promise<RelayEvent>, host: string): Promise<RelayEvent> => {
  const problem = (message: string) => new Problem('COMMAND_FAILED', message, { host });
  const ends = talk.ended.then(({ stderr, code }) => {
    throw problem(`the relay ended with ${code}: ${stderr.trim().slice(0, 200)}`);
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(problem('the relay does not say that it is ready')), READY_WITHIN_MS);
  });
  return Promise.race([first, ends, late]).finally(() => clearTimeout(timer));
};

/** The relay of a program that was started by `open`; `hear` is to get its lines. */
export const relayOver = async (
  open: (hear: (line: string) => void) => Promise<Talk>,
  host: string,
): Promise<Relay> => {
  let hear: (event: RelayEvent) => void = () => {};
  let isReady: (event: RelayEvent) => void = () => {};
  const first = new Promise<RelayEvent>((resolve) => {
    isReady = resolve;
  });
  const talk = await open((line) => {
    const event = readEvent(line);
    if (event?.event === 'ready') isReady(event);
    else if (event) hear(event);
  });
  const tell = (order: unknown, listen: (event: RelayEvent) => void) => {
    hear = listen;
    talk.say(JSON.stringify(order));
  };
  try {
    const { address, fingerprint } = await readyOf(talk, first, host);
    return {
      peer: { address, fingerprint },
      talk,
      measure: ({ to, from }, listen) => tell({ measure: { to, from: [from.fingerprint] } }, listen),
      work: tell,
      go: () => talk.say('go'),
    };
  } catch (error) {
    talk.end();
    throw error;
  }
};

/** Starts the relay of a host, on which the helper lies. It listens on the host's own address, and ends when the talk does. */
export const startRelay = (shell: Shell, host: Host): Promise<Relay> => {
  const line = { argv: [HELPER, 'relay', host.address], root: true, withinMs: LIVES_MS };
  return relayOver((hear) => shell.talk(line, hear), host.key);
};
