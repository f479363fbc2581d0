import { Problem } from '../../support/problem.ts';

/** A registry answered, and not with what was asked for. */
export class ServerRefusal extends Error {
  readonly status: number;

  constructor(status: number) {
    super(status === 404 ? 'HTTP 404, it has no such content' : `HTTP ${status}`);
    this.status = status;
  }
}

const LINE =
  /^(ECONN\w+|EAI_AGAIN|ENOTFOUND|ETIMEDOUT|EPIPE|E(HOST|NET)(UNREACH|DOWN)|ERR_STREAM_PREMATURE_CLOSE)$/;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

const isRefused = (error: unknown): boolean =>
  error instanceof ServerRefusal && (error.status === 401 || error.status === 403);

/** Whether the same request may well succeed a little later: the line was cut, or the server is busy. */
export const isPassing = (error: unknown): boolean => {
  if (error instanceof Problem) return false;
  if (error instanceof ServerRefusal)
    return error.status >= 500 || error.status === 408 || error.status === 429;
  return LINE.test(codeOf(error));
};

const reasonOf = (error: unknown): string => {
  // Who dials several addresses of a host fails for several reasons.
  if (error instanceof AggregateError && error.message === '')
    return error.errors.map((one) => reasonOf(one)).join(', ');
  return error instanceof Error ? error.message : String(error);
};

/**
 * Why nobody gave some content, who was asked being named. The last one asked is the registry itself, so its problem
 * counts.
 */
export const nobodyGave = (
  what: string,
  failures: readonly { readonly host: string; readonly error: unknown }[],
): Problem => {
  const last = failures.at(-1)?.error;
  const code =
    last instanceof Problem ? last.code : isRefused(last) ? 'REGISTRY_AUTH_FAILED' : 'SOURCE_UNAVAILABLE';
  const reasons = failures.map(({ host, error }) => `${host}: ${reasonOf(error)}`).join('; ');
  return new Problem(code, `${what}: ${reasons}`, {
    hint:
      (last instanceof Problem ? last.hint : undefined) ??
      'check the reference and "registries" in the file of pins, and that this machine reaches the registry',
    cause: last,
  });
};
