import type { Command } from '../engine/command.ts';
import type { Party } from '../engine/world.ts';
import type { Line, Talk } from '../ports/shell.ts';
import type { Shells } from '../ports/shells.ts';

interface Listener {
  readonly talk: Talk;
  readonly heard: readonly string[];
}

/** Starts what listens, and returns when it does, or has ended. */
const listenOn = async (
  { host, listen }: Party,
  shells: Shells,
  line: (command: Command) => Line,
): Promise<Listener> => {
  const shell = await shells.open(host);
  const heard: string[] = [];
  let isReady = () => {};
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  const talk = await shell.talk(line(listen), (said) => {
    heard.push(said);
    if (said === 'ready') isReady();
  });
  talk.ended.then(isReady, isReady);
  await ready;
  return { talk, heard };
};

/**
 * The world's `meet` over shells. What listens lives as long as its session: it goes with edgectl, however that ends. A host
 * that is lost meanwhile counts as one that said nothing more.
 */
export const meet = async (
  parties: readonly Party[],
  shells: Shells,
  line: (command: Command) => Line,
): Promise<readonly string[]> => {
  const listeners = await Promise.all(
    parties.map((party) => listenOn(party, shells, line).catch(() => undefined)),
  );
  const dialled = await Promise.all(
    parties
      .map(async ({ host, dial }) => {
        const shell = await shells.open(host);
        const [answer] = await shell.ask([line(dial)]);
        return answer?.stdout ?? '';
      })
      .map((answer) => answer.catch(() => '')),
  );
  for (const listener of listeners) listener?.talk.end();
  await Promise.allSettled(listeners.map((listener) => listener?.talk.ended));
  return parties.map((_, at) => `${(listeners[at]?.heard ?? []).join('\n')}\n${dialled[at] ?? ''}`);
};
