import type { Fault } from './fault.ts';
import { entriesAt, rawAt, textAt } from './raw.ts';

const MASTERS = ['spec', 'masters'];
const QUORUM = 'the quorum of 2 etcd members is 2, so losing either one stops writes';

const fault = (path: readonly PropertyKey[], message: string): readonly Fault[] => [
  { path, on: 'value', message },
];

/** What is wrong with the number and kind of masters, by etcd's arithmetic. */
export const mastersFaults = (file: unknown): readonly Fault[] => {
  const section = rawAt(file, MASTERS);
  if (section !== undefined && entriesAt(file, MASTERS).length === 0) return [];
  const ha = rawAt(file, [...MASTERS, 'ha']) ?? 'witness';
  const elect = rawAt(file, [...MASTERS, 'elect']) ?? (ha === 'none' ? 1 : 2);
  const external = textAt(file, ['spec', 'k3s', 'server', 'datastore-endpoint']) !== '';
  const at = rawAt(file, [...MASTERS, 'elect']) === undefined ? MASTERS : [...MASTERS, 'elect'];

  if (ha === 'witness' && external) {
    const message =
      '"ha: witness" makes a third etcd member, but datastore-endpoint replaces etcd; say "ha: none"';
    return fault([...MASTERS, 'ha'], message);
  }
  if (elect === 2 && ha === 'none' && !external) {
    return fault(at, `2 masters with "ha: none" are refused: ${QUORUM}; say "ha: witness", or "elect: 1"`);
  }
  if (elect === 1 && ha === 'witness') {
    return fault(at, `1 master with a witness is refused: ${QUORUM}; say "elect: 2", or "ha: none"`);
  }
  return [];
};
