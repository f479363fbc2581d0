import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { LayerEntry, LayerQuestion } from '../../ports/layer-reader.ts';

type Answer<T> = readonly LayerEntry<T>[];

const keptAt = async <T>(path: string, question: LayerQuestion<T>): Promise<Answer<T> | undefined> => {
  try {
    return question.kept(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
};

/** The answer of a content to a question: as it is kept in `cache` under the content's digest, else as `ask` gives it. */
export const keptAnswers = async <T>(
  cache: string,
  digest: string,
  question: LayerQuestion<T>,
  ask: () => Promise<Answer<T>>,
): Promise<Answer<T>> => {
  const folder = join(cache, question.id);
  const path = join(folder, `${digest.replace(':', '-')}.json`);
  const kept = await keptAt(path, question);
  if (kept) return kept;
  const entries = await ask();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFileAtomic(path, JSON.stringify(entries), { mode: 0o600 });
  return entries;
};
