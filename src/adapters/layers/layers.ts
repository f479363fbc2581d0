import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { Layers } from '../../ports/layer-reader.ts';
import { readContent } from '../files/content.ts';
import { packing, unpacked } from '../zstd/unpack.ts';
import { keptAnswers } from './kept-answers.ts';
import { tarEntries } from './tar-entries.ts';

/** More bytes than registries take for a manifest. */
const LONGEST_DOCUMENT = 8 << 20;

/** Reads layers; what they answered is kept in `cache` by their digests. */
export const layerReader = (cache: string): Layers => ({
  ask: (layer, digest, question) =>
    keptAnswers(cache, digest, question, () => tarEntries(unpacked(layer), question)),

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
