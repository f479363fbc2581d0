import type { Paint } from './paint.ts';
import { byName, count, indent } from './wording.ts';

/** What `check` says: every check of every host, passed ones too. */
export interface CheckDocument {
  readonly checks: readonly {
    readonly code: string;
    readonly host: string;
    readonly severity: 'error' | 'warning';
    readonly ok: boolean;
    readonly message: string;
    readonly hint?: string;
    readonly waived?: string;
  }[];
}

type Check = CheckDocument['checks'][number];

/** Codes that passed on the same hosts share a line: on a fit cluster that is one line for all of them. */
const passed = (checks: readonly Check[], colours: Paint): readonly string[] => {
  const hosts = new Map<string, string[]>();
  for (const { code, host } of checks) hosts.set(code, [...(hosts.get(code) ?? []), host]);
  const codes = new Map<string, string[]>();
  for (const [code, names] of hosts) {
    const list = [...names].sort(byName).join(', ');
    codes.set(list, [...(codes.get(list) ?? []), code]);
  }
  return [...codes].map(([list, those]) => `${colours.good('ok')}: ${those.join(', ')}: ${list}`);
};

const waived = ({ host, code, message, waived: reason }: Check, colours: Paint): string =>
  `${colours.doubtful('waived:')} ${code}: ${host}: ${message}\n${indent(colours.aside(`reason: ${reason}`))}`;

const refused = ({ severity, host, code, message, hint }: Check, colours: Paint): string => {
  const label = severity === 'error' ? colours.bad('error:') : colours.doubtful('warning:');
  return `${label} ${code}: ${host}: ${message}${hint === undefined ? '' : `\n${indent(colours.aside(`hint: ${hint}`))}`}`;
};

/** The checks for the operator: passed ones by code, then waived ones, warnings and errors, then the count. */
export const checkText = ({ checks }: CheckDocument, colours: Paint): string => {
  const failing = (severity: Check['severity']) =>
    checks.filter((check) => !check.ok && check.waived === undefined && check.severity === severity);
  const [errors, warnings] = [failing('error'), failing('warning')];
  const ok = checks.filter((check) => check.ok);
  const excused = checks.filter((check) => check.waived !== undefined);
  return [
    ...passed(ok, colours),
    ...excused.map((check) => waived(check, colours)),
    ...[...warnings, ...errors].map((check) => refused(check, colours)),
    `${count(checks.length, 'check')}: ${ok.length} ok, ${excused.length > 0 ? `${excused.length} waived, ` : ''}${count(warnings.length, 'warning')}, ${count(errors.length, 'error')}`,
  ].join('\n');
};
