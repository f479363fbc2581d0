import type { Paint } from './paint.ts';
import { table } from './table.ts';

/** What a drill says; see `actions/drill.ts`. */
export interface DrillDocument {
  readonly writes: number;
  /** Null when nobody said what was written. */
  readonly writesLost: number | null;
  readonly pulls: readonly {
    readonly host: string;
    readonly role: string;
    readonly led: boolean;
    readonly secondsWithoutWrite: number;
    readonly failedWrites: number;
    readonly podsDisturbed: readonly string[];
  }[];
}

/** A drill, a server a line, then what counts most: whether a write was lost. */
export const drillText = ({ writes, writesLost, pulls }: DrillDocument, colours: Paint): string => {
  const rows = pulls.map(({ host, role, led, secondsWithoutWrite, failedWrites, podsDisturbed }) => [
    host,
    led ? `${role}, led etcd` : role,
    `${secondsWithoutWrite.toFixed(1)} s`,
    String(failedWrites),
    podsDisturbed.join(', ') || '-',
  ]);
  const lost = `${writesLost ?? 'nobody says how many'} of ${writes} writes lost`;
  return [
    table([['PULLED', 'ROLE', 'WITHOUT A WRITE', 'FAILED WRITES', 'PODS DISTURBED'], ...rows]),
    '',
    writesLost === 0 ? colours.good(lost) : colours.bad(lost),
  ].join('\n');
};
