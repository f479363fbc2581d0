import { locks, unlock } from '../actions/unlock.ts';
import { showHolder } from '../engine/lock.ts';
import { confirm } from './confirm.ts';
import type { ChangeOptions } from './options.ts';
import { runVerb } from './verb.ts';

/** Shows the locks and, after a confirmation, breaks them. */
export const unlockVerb = (options: ChangeOptions): Promise<void> =>
  runVerb('unlock', options, { journal: true }, async ({ start, stop }) => {
    const freed = await unlock(start, async (held) => {
      for (const { host, holder } of held) process.stderr.write(`${host}: locked by ${showHolder(holder)}\n`);
      return options.yes === true || confirm('Free these hosts, though that run may still be at work?', stop);
    });
    return {
      text: () =>
        freed.length === 0 ? 'nothing is locked' : `freed ${freed.map(({ host }) => host).join(', ')}`,
      document: { freed: locks(freed) },
      problems: [],
    };
  });
