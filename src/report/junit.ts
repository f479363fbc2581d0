import type { CheckDocument } from './check.ts';

type Check = CheckDocument['checks'][number];

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

// XML 1.0 has no way to write most control characters, nor half of a surrogate pair.
const UNWRITABLE = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

const escaped = (text: string): string =>
  text
    .replaceAll(UNWRITABLE, '\u{FFFD}')
    .replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? '')
    .replaceAll(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);

const isFailure = ({ ok, severity, waived }: Check): boolean =>
  !ok && severity === 'error' && waived === undefined;

const outcome = (check: Check): string => {
  const { ok, message, hint, waived } = check;
  const whole = hint === undefined ? message : `${message}; ${hint}`;
  if (waived !== undefined) return `<skipped message="${escaped(`waived: ${waived}`)}"/>`;
  if (isFailure(check)) return `<failure message="${escaped(message)}">${escaped(whole)}</failure>`;
  return `<system-out>${escaped(ok ? message : `warning: ${whole}`)}</system-out>`;
};

const counts = (checks: readonly Check[]): string =>
  `tests="${checks.length}" failures="${checks.filter(isFailure).length}" errors="0" skipped="${checks.filter(({ waived }) => waived !== undefined).length}"`;

const suite = (host: string, checks: readonly Check[]): readonly string[] => [
  `  <testsuite name="${escaped(host)}" ${counts(checks)}>`,
  ...checks.map(
    (check) =>
      `    <testcase classname="${escaped(host)}" name="${escaped(check.code)}">${outcome(check)}</testcase>`,
  ),
  '  </testsuite>',
];

/**
 * The checks as JUnit XML: a suite a host, a case a check. An error that stands is a failure, a waived one is skipped with its
 * reason, and a warning passes with its words in `system-out`.
 */
export const junitText = ({ checks }: CheckDocument): string => {
  const hosts = [...new Set(checks.map(({ host }) => host))];
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="edgectl check" ${counts(checks)}>`,
    ...hosts.flatMap((host) =>
      suite(
        host,
        checks.filter((check) => check.host === host),
      ),
    ),
    '</testsuites>',
  ].join('\n')}\n`;
};
