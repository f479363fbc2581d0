/** What the audit says: fine, not to be had, or which packages have known holes. */
export interface Verdict {
  readonly ok: boolean;
  readonly says: string;
}

interface Answer {
  readonly statusCode?: number;
  readonly error?: { readonly code?: string; readonly summary?: string };
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string }>>;
}

// Of what only builds and tests, a hole has to be a grave one: no site runs it.
const GRAVE = ['high', 'critical'];
// A registry that knows no audits says one of these, mirrors among them.
const NO_ENDPOINT = [400, 403, 404, 405, 501];

/** Reads what `npm audit --json` printed. `ships`: it was asked of what runs on sites alone, so that any hole counts. */
export const verdictOf = (output: string, ships: boolean): Verdict => {
  const what = ships ? 'what edgectl ships' : 'what builds and tests it';
  let answer: Answer;
  try {
    answer = JSON.parse(output) as Answer;
  } catch {
    return { ok: false, says: `${what}: npm audit printed no JSON: ${output.slice(0, 200)}` };
  }
  if (answer.vulnerabilities) {
    const found = Object.entries(answer.vulnerabilities).filter(
      ([, { severity }]) => ships || GRAVE.includes(severity),
    );
    const list = found.map(([name, { severity }]) => `${name} (${severity})`).join(', ');
    return found.length === 0
      ? { ok: true, says: `${what}: no known holes` }
      : { ok: false, says: `${what}: known holes in ${list}` };
  }
  const { statusCode, error } = answer;
  if (statusCode !== undefined && NO_ENDPOINT.includes(statusCode))
    return {
      ok: true,
      says: `${what}: not audited, because this registry answers ${statusCode} to audits; ask one that has them`,
    };
  if (error?.code && /^(ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ENETUNREACH)$/.test(error.code))
    return { ok: true, says: `${what}: not audited, because no registry answers (${error.code})` };
  return { ok: false, says: `${what}: npm audit failed: ${error?.summary || output.slice(0, 200)}` };
};
