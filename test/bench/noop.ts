import { isDeepStrictEqual } from 'node:util';
import { documentOf, edgectl, type RunDocument } from '../init/cli.ts';
import { invocations } from '../init/cluster.ts';
import { labDown, ringLab } from '../lab/lab.ts';
import type { Figure } from './figure.ts';
import { quiet, say, timed } from './machine.ts';
import { scratch } from './scratch.ts';

const LIMIT_SECONDS = 2.5;

/** How long `edgectl init` takes that finds nothing to change on five settled nodes, all its checks included. */
export const noop = (rounds: number): Promise<readonly Figure[]> =>
  scratch(async (keep) => {
    const [lab, run] = await Promise.all([ringLab('bench-noop'), edgectl()]);
    keep(run.state);
    const init = () => run(['init', '-f', lab.file, '--yes', '--output', 'json']);
    try {
      say('edgectl init, so that there is nothing to change');
      const ran = await init();
      if (ran.code !== 0) throw new Error(ran.stderr.slice(-3000));
      const before = await invocations(lab);
      const seconds: number[] = [];
      for (let round = 0; round < rounds; round++) {
        await quiet(); // sshd and systemd are busy for seconds with the sessions that have ended
        const again = await timed(init);
        const { changes, failed } = documentOf<RunDocument>(again.result);
        if (changes > 0 || failed > 0)
          throw new Error(`not settled: ${changes} changes, ${failed} failed\n${again.result.stderr}`);
        seconds.push(again.seconds);
      }
      if (!isDeepStrictEqual(await invocations(lab), before)) throw new Error('a service was started again');
      return [{ case: 'noop.init', unit: 's', limit: LIMIT_SECONDS, rounds: seconds }];
    } finally {
      await labDown(lab.name);
    }
  });
