import { type AnsweredDeb, type LicencesByDeb, licencesOfDebs } from '../domain/bundles/deb-licences.ts';
import { PACKAGE_QUESTION } from '../domain/packages/question.ts';
import type { Progress } from '../ports/bundles.ts';
import type { Debs } from '../ports/deb-reader.ts';
import { Problem } from '../support/problem.ts';
import type { BroughtDeb } from './bundle-debs.ts';

/**
 * The licences of the Debian packages of a bundle. Throws DEB_UNUSABLE for every one that cannot be unpacked, all at once, and
 * TOOL_MISSING: a bundle has the same bytes wherever it is made.
 */
export const licencesInDebs = async (
  brought: readonly BroughtDeb[],
  debs: Debs,
  progress: Progress,
): Promise<LicencesByDeb> => {
  const answered: AnsweredDeb[] = [];
  const problems: Problem[] = [];
  const total = brought.reduce((sum, { item }) => sum + item.size, 0);
  let before = 0;
  for (const { item, file } of brought) {
    try {
      const told = (done: number) => progress(before + done, total);
      answered.push({ item, answer: await debs.ask(file, item.digest, PACKAGE_QUESTION, told) });
    } catch (error) {
      if (error instanceof Problem) throw error;
      const why = error instanceof Error ? error.message : String(error);
      const hint = 'no board could unpack it: tell whoever publishes the archive, or pin another version';
      problems.push(new Problem('DEB_UNUSABLE', `${item.what}: ${why}`, { hint, cause: error }));
    }
    before += item.size;
    progress(before, total);
  }
  if (problems.length > 0) throw new AggregateError(problems);
  return licencesOfDebs(answered);
};
