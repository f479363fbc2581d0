import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { helperPrograms } from './helper.ts';
import { notices } from './notices.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const dist = join(root, 'dist');

// What libraries in CommonJS find in every module.
const COMMONJS = `import { createRequire as nodeRequire } from 'node:module';
const require = nodeRequire(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname;`;

/** How everything that shall run as edgectl does is bundled. */
export const BUNDLED = {
  absWorkingDir: root,
  bundle: true,
  splitting: true, // a verb loads what it needs
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: ['ssh2', '@cyclonedx/cyclonedx-library'], // with native parts; with parts that may be absent
  banner: { js: COMMONJS },
  legalComments: 'none', // the notices have them
  logLevel: 'warning',
} satisfies BuildOptions;

// Somebody may be running what is there: what stays the same is not touched, and what is no longer needed goes last.
const settle = (files: ReadonlyMap<string, Uint8Array>): void => {
  for (const [name, content] of files) {
    const path = join(dist, name);
    if (existsSync(path) && readFileSync(path).equals(content)) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !files.has(relative(dist, path))) rmSync(path);
  }
};

/**
 * edgectl with its libraries in a few files, and their licences, by their names in dist/: finding, reading and linking the
 * 700 modules that `init` needs took half a second of every start. It does not check types.
 */
export const bundleEdgectl = async (
  external: readonly string[] = BUNDLED.external,
): Promise<Map<string, Uint8Array>> => {
  const { outputFiles, metafile } = await build({
    ...BUNDLED,
    external: [...external],
    entryPoints: ['src/cli/main.ts'],
    outdir: 'dist/cli', // as deep as src/cli, from where edgectl finds its playbooks
    metafile: true,
    write: false,
  });
  const files = outputFiles.map(({ path, contents }) => [relative(dist, path), contents] as const);
  return new Map([...files, ['THIRD-PARTY-LICENSES', Buffer.from(notices(root, metafile))]]);
};

/** Builds dist/: edgectl and the helper programs. */
export const buildEdgectl = async (): Promise<void> => {
  settle(new Map([...(await bundleEdgectl()), ...(await helperPrograms(root))]));
};
