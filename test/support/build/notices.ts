import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

const RULE = `\n\n${'-'.repeat(80)}\n\n`;

/** The folders, below the root, of the packages that a bundle holds something of. */
const packagesIn = ({ inputs }: Metafile): readonly string[] =>
  [
    ...new Set(
      Object.keys(inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
    ),
  ].sort();

const noticeOf = (folder: string): string => {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return [`${name} ${version} (${license})`, ...texts].join('\n\n');
};

/** What the licences of the packages in a bundle ask for: their texts, to go along with it. */
export const notices = (root: string, metafile: Metafile): string =>
  `${packagesIn(metafile)
    .map((folder) => noticeOf(join(root, folder)))
    .join(RULE)}\n`;
