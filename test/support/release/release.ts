import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { archive } from './archive.ts';
import { commonFiles, runtimeFiles } from './contents.ts';
import { type Arch, NODE } from './pins.ts';

/** What a release is made of: absolute paths, sizes in bytes, digests as SHA256SUMS has them. */
export interface Release {
  readonly version: string;
  readonly node: string;
  readonly sums: string;
  readonly files: readonly {
    readonly path: string;
    readonly arch: Arch;
    readonly size: number;
    readonly sha256: string;
  }[];
}

const root = join(import.meta.dirname, '../../..');

/** Writes `edgectl-<version>-linux-<arch>.tar.gz` for each architecture, and SHA256SUMS of them, into a folder. */
export const makeRelease = async (to: string, arches: readonly Arch[]): Promise<Release> => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const common = await commonFiles();
  mkdirSync(to, { recursive: true });
  const write = (name: string, content: string | Buffer): string => {
    const path = join(to, name);
    const draft = join(to, `.${name}.${process.pid}`);
    try {
      writeFileSync(draft, content);
      renameSync(draft, path);
    } finally {
      rmSync(draft, { force: true });
    }
    return path;
  };
  const files = await Promise.all(
    arches.map(async (arch) => {
      const name = `edgectl-${version}-linux-${arch}`;
      const members = [...common, ...(await runtimeFiles(arch))];
      const content = await archive(members.map((member) => ({ ...member, path: `${name}/${member.path}` })));
      const sha256 = createHash('sha256').update(content).digest('hex');
      return {
        name: `${name}.tar.gz`,
        path: write(`${name}.tar.gz`, content),
        arch,
        size: content.length,
        sha256,
      };
    }),
  );
  const sums = write('SHA256SUMS', files.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join(''));
  return { version, node: NODE, sums, files: files.map(({ name: _, ...file }) => file) };
};
