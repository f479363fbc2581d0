import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import writeFileAtomic from 'write-file-atomic';
import type { LayerEntry, LayerQuestion, Layers } from '../../ports/layer-reader.ts';
import { readContent } from '../files/content.ts';
import { packing, unpacked } from '../zstd/unpack.ts';
import { layerEntries } from './layer-entries.ts';

/** More bytes than registries take for a manifest. */
const LONGEST_DOCUMENT = 8 << 20;

const keptAt = async <T>(
  path: string,
  question: LayerQuestion<T>,
): Promise<readonly LayerEntry<T>[] | undefined> => {
  try {
    return question.kept(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
};

/** Reads layers; what they answered is kept in `cache` by their digests. */
export const layerReader = (cache: string): Layers => ({
  async ask(layer, digest, question) {
    const folder = join(cache, question.id);
    const path = join(folder, `${digest.replace(':', '-')}.json`);
    const kept = await keptAt(path, question);
    if (kept) return kept;
    const entries = await layerEntries(layer, question);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFileAtomic(path, JSON.stringify(entries), { mode: 0o600 });
    return entries;
  },

  async diffId(layer, progress) {
    const hash = createHash('sha256');
    for await (const chunk of unpacked(layer, progress)) hash.update(chunk);
    return { diffId: `sha256:${hash.digest('hex')}`, form: await packing(layer) };
  },

  async text(content) {
    if (content.size > LONGEST_DOCUMENT) throw new Error(`it has ${content.size} bytes, which is too much`);
    return (await buffer(readContent(content))).toString();
  },
});
