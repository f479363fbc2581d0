import { expect, it } from 'vitest';
import { PLAYBOOKS } from '../../chaos/edgectl-run.ts';
import { IDLE_PHASES } from '../../chaos/model/uncovered.ts';
import { walk } from '../../chaos/walk.ts';

const SEEDS = Array.from({ length: 30 }, (_, index) => index + 1);

it('recovers with one more run from whatever happens to a site, and leaves nothing that must not be', async () => {
  const phases = new Set<string>();
  for (const seed of SEEDS) {
    const walked = await walk(seed);
    for (const phase of walked.phases) phases.add(phase);
    expect(walked.wrong, `npm run test:chaos -- --seed ${seed}\n${walked.faults.join('\n')}`).toEqual([]);
  }
  // What the model gives nothing to do is said to be so, and nothing else is.
  const steps = Object.values(PLAYBOOKS).flatMap((playbook) => playbook.steps);
  const all = new Set(steps.flatMap((step) => ('phase' in step ? [step.phase] : [])));
  expect([...all].filter((phase) => !phases.has(phase)).sort()).toEqual(Object.keys(IDLE_PHASES).sort());
});

it('walks the same way again from the same seed', async () => {
  const [one, other] = [await walk(7), await walk(7)];
  expect(one).toEqual(other);
});
