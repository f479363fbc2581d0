import type { Host } from '../spec/cluster.ts';
import { Problem } from '../support/problem.ts';
import type { Tell } from './event.ts';
import type { Condition } from './phase.ts';
import type { World } from './world.ts';

/** Where a wait happens and how it is called off. */
export interface WaitAt {
  readonly host: Host;
  readonly name: string;
  readonly phase: string;
  readonly stop: AbortSignal;
  /** Who failed, when without them the condition cannot come to hold; '' while there is hope. */
  readonly hopeless: () => string;
}

const poll = async (condition: Condition, at: WaitAt, world: World): Promise<'ok' | 'skip'> => {
  const { says, ask, every, within, judge, hint } = condition;
  const started = world.now();
  for (;;) {
    if (at.stop.aborted && !condition.isEnd)
      throw new Problem('CANCELLED', 'stopped while waiting', { host: at.name });
    const lost = at.hopeless();
    if (lost)
      throw new Problem('LANE_BLOCKED', `not waiting until ${says}, because ${lost} failed`, {
        host: at.name,
      });
    // A host that cannot be asked just now, because it reboots or its sshd restarts, is not there yet.
    const [output = ''] = await world.ask(at.host, [ask]).catch(() => []);
    const verdict = judge(output);
    if (verdict !== 'not yet') return verdict;
    if (world.now() - started > within * 1000)
      throw new Problem('CONDITION_TIMEOUT', `${says}: not within ${within} s`, {
        host: at.name,
        hint: hint ?? `look at the journal of k3s on ${at.name}: journalctl -u 'k3s*' -n 50`,
      });
    await world.sleep(every);
  }
};

/** Waits for one condition, with what it needs set up before and taken down after, and says so when it takes long. */
export const waitFor = async (condition: Condition, at: WaitAt, world: World, tell: Tell): Promise<void> => {
  const place = { phase: at.phase, host: at.name, says: condition.says };
  const started = world.now();
  tell({ type: 'wait-started', ...place });
  try {
    for (const kube of condition.prepare ?? []) await world.run(at.host, { kube });
    const verdict = await poll(condition, at, world);
    if (verdict === 'ok') for (const kube of condition.remember ?? []) await world.run(at.host, { kube });
    tell({ type: 'wait-done', ...place, ms: world.now() - started, skipped: verdict === 'skip' });
  } finally {
    for (const kube of condition.cleanup ?? []) await world.run(at.host, { kube });
  }
};
