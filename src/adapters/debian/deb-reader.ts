import { Readable } from 'node:stream';
import type { Debs } from '../../ports/deb-reader.ts';
import type { LayerEntry, LayerQuestion } from '../../ports/layer-reader.ts';
import type { LocalContent } from '../../ports/source.ts';
import { Problem } from '../../support/problem.ts';
import { readContent } from '../files/content.ts';
import { keptAnswers } from '../layers/kept-answers.ts';
import { tarEntries } from '../layers/tar-entries.ts';
import { throughProgram } from '../programs/program.ts';
import { zstdDecoded } from '../zstd/decode.ts';
import { gunzipped } from '../zstd/unpack.ts';
import { type DebMember, debMembers } from './deb-members.ts';
import { BZIP2, XZ } from './unpackers.ts';

type Unpack = (packed: Readable) => AsyncIterable<Uint8Array>;

// Nothing in an archive wants more than xz -9, which is 65 MiB.
const byXz: Unpack = (packed) => throughProgram(XZ, ['-d', '-c', '--memlimit-decompress=512MiB'], packed);

/** As dpkg does, by how the name of a member ends. */
const BY_ENDING: ReadonlyMap<string, Unpack> = new Map<string, Unpack>([
  ['tar', (plain) => plain],
  ['gz', gunzipped],
  ['xz', byXz],
  ['zst', zstdDecoded],
  ['bz2', (packed) => throughProgram(BZIP2, ['-d', '-c'], packed)],
  ['lzma', byXz],
]);

const CONTROL: LayerQuestion<string> = {
  id: 'control',
  limit: (path) => (path === 'control' ? 1 << 20 : undefined),
  matters: (path) => path === 'control',
  read: (_, text) => text,
  kept: () => undefined,
};
const NOTHING: LayerQuestion<never> = {
  id: 'nothing',
  limit: () => undefined,
  matters: () => false,
  read: () => undefined,
  kept: () => undefined,
};

/** What the archive in a member says to a question. */
const askMember = async <T>(
  { name, content, end }: DebMember,
  question: LayerQuestion<T>,
  progress: (done: number) => void,
): Promise<readonly LayerEntry<T>[]> => {
  const unpack = BY_ENDING.get(name.slice(name.lastIndexOf('.') + 1));
  if (!unpack) throw new Error(`nobody knows how its ${name} is packed`);
  let done = end - content.size;
  const counted = async function* () {
    for await (const chunk of readContent(content)) {
      done += chunk.length;
      progress(done);
      yield chunk;
    }
  };
  return tarEntries(unpack(Readable.from(counted(), { objectMode: false })), question).catch(
    (error: unknown) => {
      if (error instanceof Problem) throw error;
      throw new Error(`its ${name}: ${error instanceof Error ? error.message : String(error)}`);
    },
  );
};

const controlOf = async (deb: LocalContent, progress: (done: number) => void): Promise<string> => {
  const { control, data } = await debMembers(deb);
  const found = (await askMember(control, CONTROL, progress)).at(-1);
  await askMember(data, NOTHING, progress);
  if (!found) throw new Error(`its ${control.name} has no control file`);
  if (!('value' in found)) throw new Error(`the control file in its ${control.name} cannot be read`);
  return found.value;
};

/** Reads packages; what their files answered is kept in `cache` by their digests. */
export const debReader = (cache: string): Debs => ({
  control: controlOf,
  ask: (deb, digest, question, progress) =>
    keptAnswers(cache, digest, question, async () =>
      askMember((await debMembers(deb)).data, question, progress),
    ),
});
