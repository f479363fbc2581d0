import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { bundleEdgectl } from '../build/build.ts';
import { helperPrograms } from '../build/helper.ts';
import type { Member } from './archive.ts';
import { launcher } from './launcher.ts';
import { nodeRuntime } from './node-runtime.ts';
import { type Arch, GO, RUNTIMES } from './pins.ts';
import { ReleaseProblem } from './release-problem.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

// ssh2 goes on without its compiled parts, and no release holds parts compiled for this machine (ADR 80). The others are
// what CycloneDX's library would use for forms that edgectl does not write.
const ABSENT = [
  'cpu-features',
  '*/sshcrypto.node',
  ...['ajv', 'ajv-formats', 'ajv-formats-draft2019', 'libxmljs2', 'xmlbuilder2'],
];

/** What git knows: nothing that only happens to lie in this checkout goes along. */
const tracked = async (paths: readonly string[]): Promise<readonly Member[]> => {
  const { stdout, exitCode, stderr } = await execa('git', ['ls-files', '-z', '--', ...paths], {
    cwd: root,
    reject: false,
  });
  if (exitCode !== 0) throw new ReleaseProblem(`a release is made in a git checkout: ${stderr.trim()}`);
  const names = stdout.split('\0').filter(Boolean);
  return names.map((path) => ({ path, content: readFileSync(join(root, path)) }));
};

/** What edgectl reads of its package.json, and what tells a reader whose it is. */
const manifest = ({ name, version, description, license, type }: Readonly<Record<string, unknown>>): Buffer =>
  Buffer.from(`${JSON.stringify({ name, version, description, license, type }, undefined, 2)}\n`);

/** The files that are the same for every architecture: the programs for nodes too, which may be of another than this. */
export const commonFiles = async (): Promise<readonly Member[]> => {
  process.env['GOTOOLCHAIN'] = GO; // Go fetches it where another one is installed
  const helpers = await helperPrograms(root);
  if (helpers.size === 0) throw new ReleaseProblem('a release needs node-helper');
  const dist = [...(await bundleEdgectl(ABSENT)), ...helpers];
  return [
    ...(await tracked(['LICENSE', 'README.md', 'images', 'playbooks'])),
    { path: 'package.json', content: manifest(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))) },
    ...dist.map(([name, content]) => ({ path: `dist/${name}`, content })),
  ];
};

/** What makes it run on one architecture. */
export const runtimeFiles = async (arch: Arch): Promise<readonly Member[]> => {
  const { program, licence } = await nodeRuntime(arch);
  return [
    { path: 'bin/edgectl', content: Buffer.from(launcher(arch, RUNTIMES[arch].loader)), executable: true },
    { path: 'runtime/node', content: program, executable: true },
    { path: 'runtime/LICENSE', content: licence },
  ];
};
