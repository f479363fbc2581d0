import { expandTargets } from '../domain/discovery/expand-targets.ts';
import type { Found, Scanner } from '../ports/scanner.ts';
import { isProblems, Problem } from '../support/problem.ts';

/** Finds the SSH servers among targets: addresses, ranges and networks. Throws when nothing answers. */
export const discover = async (
  scanner: Scanner,
  targets: readonly string[],
  port: number,
): Promise<readonly Found[]> => {
  const addresses = expandTargets(targets.join(','));
  if (isProblems(addresses)) throw new AggregateError(addresses.problems);
  const found = await scanner.scan(addresses, port);
  if (found.length === 0)
    throw new Problem(
      'HOST_UNREACHABLE',
      `nothing answers on port ${port} of ${addresses.length} addresses`,
      {
        hint: 'is the network right, and are the boards on?',
      },
    );
  return found;
};

/** Which of them is the control node: the one named, else the first. */
export const controlAmong = (found: readonly Found[], address: string | undefined): Found => {
  const control = address === undefined ? found[0] : found.find((one) => one.address === address);
  if (!control)
    throw new Problem('FLAG_INVALID', `--control ${address}: not among the machines that answered`);
  return control;
};
