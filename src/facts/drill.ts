import * as z from 'zod';
import { cmd } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';
import type { Condition } from '../engine/phase.ts';
import { DRILL_UNIT } from '../support/drill-unit.ts';

const ConfigMap = z.object({ data: z.record(z.string(), z.string()).default({}) });

/** What a drill has written, in the order of its keys. */
export const written = (path: string): Fact<readonly string[] | 'absent'> => ({
  name: 'written',
  ask: { kube: path },
  parse: (output) => {
    try {
      return Object.keys(ConfigMap.parse(JSON.parse(output)).data).sort();
    } catch {
      return 'absent';
    }
  },
});

/** The host has its network again. `seconds` is how long it was to be without. */
export const isBack = (name: string, seconds: number): Condition => ({
  says: `${name} is on the network again`,
  ask: cmd('systemctl', 'is-active', `${DRILL_UNIT}.timer`, `${DRILL_UNIT}.service`),
  every: 0.5,
  within: seconds + 60,
  isEnd: true,
  judge: (output) => (/^inactive\n(inactive|failed)\n?$/.test(output) ? 'ok' : 'not yet'),
  hint: `its own timer puts it back, and so does a boot: systemctl status ${DRILL_UNIT}.timer`,
});
