import { Problem } from '../../support/problem.ts';

/** A server answered, and not with what was asked for. */
export class ServerRefusal extends Error {
  readonly status: number;

  constructor(status: number) {
    const means: Readonly<Record<number, string>> = {
      206: ', another part than was asked for',
      404: ', it has no such content',
    };
    super(`HTTP ${status}${means[status] ?? ''}`);
    this.status = status;
  }
}

const LINE =
  /^(ECONN\w+|EAI_AGAIN|ENOTFOUND|ETIMEDOUT|EPIPE|E(HOST|NET)(UNREACH|DOWN)|ERR_STREAM_PREMATURE_CLOSE)$/;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

/** Whether the same request may well succeed a little later: the line was cut, or the server is busy. */
export const isPassing = (error: unknown): boolean => {
  if (error instanceof Problem) return false;
  if (error instanceof ServerRefusal)
    return error.status >= 500 || error.status === 408 || error.status === 429;
  return LINE.test(codeOf(error));
};

/** Why something failed, in words. */
export const reasonOf = (error: unknown): string => {
  // Who dials several addresses of a host fails for several reasons.
  if (error instanceof AggregateError && error.message === '')
    return error.errors.map((one) => reasonOf(one)).join(', ');
  return error instanceof Error ? error.message : String(error);
};
