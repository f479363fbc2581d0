import { Problem } from '../../support/problem.ts';
import { reasonOf, ServerRefusal } from '../http/failure.ts';

const isRefused = (error: unknown): boolean =>
  error instanceof ServerRefusal && (error.status === 401 || error.status === 403);

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
