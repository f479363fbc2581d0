import type { Fact } from '../engine/fact.ts';
import type { Condition } from '../engine/phase.ts';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether everything that is wanted is there; Kubernetes fills in defaults, so that more may be. */
const covers = (found: unknown, wanted: unknown): boolean => {
  if (Array.isArray(wanted))
    return (
      Array.isArray(found) &&
      found.length === wanted.length &&
      wanted.every((one, index) => covers(found[index], one))
    );
  if (!isObject(wanted)) return found === wanted;
  return isObject(found) && Object.entries(wanted).every(([key, value]) => covers(found[key], value));
};

/** Whether the object at a path of the API is as wanted, in everything that `wanted` says of it. */
export const objectState = (
  path: string,
  wanted: Readonly<Record<string, unknown>>,
): Fact<'same' | 'different' | 'absent'> => ({
  name: 'object-state',
  ask: { kube: path },
  parse: (output) => {
    try {
      const found: unknown = JSON.parse(output);
      if (!isObject(found) || !isObject(found['metadata']) || !found['metadata']['name']) return 'absent';
      return covers(found, wanted) ? 'same' : 'different';
    } catch {
      return 'absent';
    }
  },
});

/** There is an object at a path of the API, whoever made it. */
export const objectThere = (says: string, path: string, within: number): Condition => {
  const { ask, parse } = objectState(path, {});
  return { says, ask, every: 1, within, judge: (output) => (parse(output) === 'absent' ? 'not yet' : 'ok') };
};
