import type { ProblemData } from '../engine/event.ts';
import { bytes } from '../support/bytes.ts';

/** What `support-bundle` leaves. */
export interface SupportDocument {
  readonly path: string;
  readonly bytes: number;
  readonly files: readonly string[];
  /** Why something is not in it. */
  readonly missing: readonly ProblemData[];
}

/** Where it lies, and what it lacks. */
export const supportText = ({ path, bytes: size, files, missing }: SupportDocument): string =>
  [
    `${path}: ${files.length} files, ${bytes(size)}, without secrets; look into it before you send it`,
    ...missing.map(({ host, message }) => `not in it: ${host === undefined ? '' : `${host}: `}${message}`),
  ].join('\n');
