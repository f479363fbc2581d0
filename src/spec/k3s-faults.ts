import { didYouMean } from '../support/similar.ts';
import type { Fault } from './fault.ts';
import { AGENT_FLAGS, EQUAL_FLAGS, REFUSED_FLAGS, SERVER_ONLY_FLAGS } from './k3s-flags.ts';
import { k3sValueFault } from './k3s-values.ts';
import { entriesAt, listAt } from './raw.ts';

type Section = 'server' | 'agent';

const SERVER_FLAGS = new Set([...AGENT_FLAGS, ...SERVER_ONLY_FLAGS]);

const keyFault = (section: Section, key: string, allowed: ReadonlySet<string>): string | undefined => {
  // `key+` appends to what an earlier file says; it is the same key.
  const plain = key.replace(/\+$/, '');
  const refused = REFUSED_FLAGS.get(plain);
  if (refused) return `"${key}" cannot stand in k3s.${section}: ${refused}`;
  const known = section === 'server' ? SERVER_FLAGS : AGENT_FLAGS;
  if (known.has(plain)) return undefined;
  if (EQUAL_FLAGS.has(plain)) {
    return `"${key}" belongs to k3s.server: it has to be equal on all servers, and k3s's agent would not start with it`;
  }
  if (SERVER_ONLY_FLAGS.has(plain)) {
    return `"${key}" belongs to k3s.server: k3s's agent would not start with it`;
  }
  if (allowed.has(plain)) return undefined;
  const hint =
    didYouMean(plain, [...known]) || '; if it is newer than this edgectl, list it in k3s.allowUnknownKeys';
  return `unknown k3s key "${key}" in k3s.${section}${hint}`;
};

/** What is wrong with the keys and values that go to k3s's config.yaml. `file` is the whole cluster file. */
export const k3sFaults = (file: unknown): readonly Fault[] => {
  const allowed = new Set(listAt(file, ['spec', 'k3s', 'allowUnknownKeys']).map(String));
  return (['server', 'agent'] as const).flatMap((section) => {
    const at = ['spec', 'k3s', section];
    return entriesAt(file, at).flatMap(([key, value]): readonly Fault[] => {
      const path = [...at, key];
      const wrongKey = keyFault(section, key, allowed);
      if (wrongKey) return [{ path, on: 'key', message: wrongKey }];
      const wrongValue = k3sValueFault(key.replace(/\+$/, ''), value);
      return wrongValue ? [{ path, on: 'value', message: `"${key}" wants ${wrongValue}` }] : [];
    });
  });
};
