import type { Run } from '../../src/engine/change.ts';
import { showText } from '../../src/engine/command.ts';
import type { Ask } from '../../src/engine/fact.ts';
import type { Outcomes } from '../../src/engine/outcome.ts';
import type { World } from '../../src/engine/world.ts';
import type { Host } from '../../src/spec/cluster.ts';
import { Problem } from '../../src/support/problem.ts';

/** A host in memory: its files by path, and every command that changed it, in order. */
export interface FakeHost {
  readonly files: Map<string, string>;
  readonly log: string[];
}

/** What a test may do to the world: fail or delay a change, hold a question back. */
export interface FakeWorld extends World {
  readonly hosts: ReadonlyMap<string, FakeHost>;
  /** Called before each change; a throw is the change's failure. */
  before: (host: Host, run: Run) => void | Promise<void>;
  /** Everything that happened on all hosts, in order: `<host> <what>`. */
  readonly history: string[];
}

/**
 * A world in memory. It knows `cat PATH` (the content, '' when absent), `rm PATH`, file writes, mints that answer with
 * an outcome, and transfers that write `<into>/<digest>`.
 */
export const fakeWorld = (keys: readonly string[]): FakeWorld => {
  const hosts = new Map(keys.map((key) => [key, { files: new Map<string, string>(), log: [] as string[] }]));
  const history: string[] = [];
  let clock = 0;
  const of = (host: Host): FakeHost => {
    const found = hosts.get(host.key);
    if (!found) throw new Problem('HOST_UNREACHABLE', 'no such host', { host: host.key });
    return found;
  };
  const answer = (host: Host, ask: Ask): string => {
    if (!('parts' in ask)) return '';
    return of(host).files.get(ask.parts.at(-1) ?? '') ?? '';
  };
  const note = (host: Host, what: string) => {
    of(host).log.push(what);
    history.push(`${host.key} ${what}`);
  };
  const world: FakeWorld = {
    hosts,
    history,
    before: () => {},
    ask: async (host, asks) => asks.map((ask) => answer(host, ask)),
    meet: async (parties) => parties.map(({ host, dial }) => answer(host, dial)),
    async run(host, run): Promise<Outcomes> {
      await world.before(host, run);
      if ('mint' in run) {
        note(host, `mint ${run.mint.name}`);
        return { [run.mint.name]: `made-${run.mint.name}` };
      }
      if ('file' in run) {
        of(host).files.set(run.file.path, showText(run.file.content));
        note(host, `write ${run.file.path}`);
      }
      if ('command' in run) {
        const [tool, path = ''] = run.command.parts;
        if (tool === 'rm') of(host).files.delete(path);
        note(host, run.command.parts.join(' '));
      }
      return {};
    },
    async transfer(transfers, ended) {
      history.push(`transfer to ${transfers.map(({ host }) => host.key).join(' ')}`);
      for (const transfer of transfers) {
        const { host, into, blobs } = transfer;
        for (const { digest } of blobs) of(host).files.set(`${into}/${digest}`, digest);
        ended(transfer);
      }
    },
    now: () => clock,
    sleep: async (seconds) => {
      clock += seconds * 1000;
    },
  };
  return world;
};
