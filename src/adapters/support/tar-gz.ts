import { gzipSync } from 'node:zlib';
import { Header } from 'tar';
import writeFileAtomic from 'write-file-atomic';
import type { SupportArchive, SupportFile } from '../../ports/support-archive.ts';
import { Problem } from '../../support/problem.ts';

const BLOCK = 512;

const entry = ({ path, content }: SupportFile, mtime: Date): Buffer => {
  const bytes = Buffer.from(content);
  const header = new Header({ path, mode: 0o600, size: bytes.length, type: 'File', mtime });
  header.encode();
  const padding = Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK);
  return Buffer.concat([header.block ?? Buffer.alloc(BLOCK), bytes, padding]);
};

/** Writes a support bundle as a .tar.gz of mode 0600, whole or not at all. */
export const tarGz: SupportArchive = {
  write(path, files) {
    const now = new Date();
    const tar = Buffer.concat([...files.map((file) => entry(file, now)), Buffer.alloc(2 * BLOCK)]);
    const packed = gzipSync(tar);
    try {
      writeFileAtomic.sync(path, packed, { mode: 0o600 });
    } catch (error) {
      throw new Problem('FLAG_INVALID', `cannot write ${path}: ${(error as Error).message}`, {
        hint: 'name a file in a folder that is there and that you may write to',
      });
    }
    return packed.length;
  },
};
