import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

const ARCHES = ['amd64', 'arm64'] as const;
const LEAST_GO = 24;

const cacheFolder = (): string => {
  const { EDGECTL_CACHE, XDG_CACHE_HOME } = process.env;
  return join(EDGECTL_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'edgectl'), 'node-helper');
};

/** One short name for the content of the sources, tests not counted, and for the Go that is asked for. */
const digestOf = (sources: string): string => {
  const hash = createHash('sha256').update('2'); // what a build leaves, counted
  hash.update(process.env['GOTOOLCHAIN'] ?? '');
  for (const name of readdirSync(sources).sort())
    if (/^go\.|(?<!_test)\.go$/.test(name))
      hash.update(`${name}\n`).update(readFileSync(join(sources, name)));
  return hash.digest('hex').slice(0, 12);
};

const hasGo = async (): Promise<boolean> => {
  const { stdout } = await execa('go', ['env', 'GOVERSION'], { reject: false });
  return Number(/^go1\.(\d+)/.exec(stdout ?? '')?.[1] ?? 0) >= LEAST_GO;
};

/** The licences of what is inside the programs: Go's own library, and the one module beside it. */
const licences = async (sources: string): Promise<string> => {
  const ask = async (...words: readonly string[]) => (await execa('go', words, { cwd: sources })).stdout;
  const [go, sys] = await Promise.all([
    ask('env', 'GOROOT'),
    ask('list', '-m', '-f', '{{.Dir}}', 'golang.org/x/sys'),
  ]);
  return [go, sys]
    .flatMap((folder) => ['LICENSE', 'PATENTS'].map((name) => join(folder, name)))
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
};

/** Compiles the helper for every architecture into a folder that appears whole. */
const compile = async (sources: string, to: string): Promise<void> => {
  mkdirSync(cacheFolder(), { recursive: true });
  const draft = mkdtempSync(join(cacheFolder(), '.draft-'));
  const flags = ['-trimpath', '-buildvcs=false', '-ldflags=-s -w'];
  try {
    for (const arch of ARCHES)
      await execa('go', ['build', ...flags, '-o', join(draft, `node-helper-${arch}`), '.'], {
        cwd: sources,
        env: { GOOS: 'linux', GOARCH: arch, CGO_ENABLED: '0' },
      });
    writeFileSync(join(draft, 'LICENSES'), await licences(sources));
    if (!existsSync(to)) renameSync(draft, to);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
};

/** Compiles what is not there yet; why not, in one line, when that is not possible here. */
const whyNot = async (sources: string, folder: string): Promise<string | undefined> => {
  if (existsSync(folder)) return undefined;
  if (!(await hasGo())) return `there is no Go 1.${LEAST_GO}`;
  try {
    await compile(sources, folder);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.split('\n').slice(-1)[0] : String(error);
  }
};

/**
 * The helper programs and their licences by their names in dist/. Where they cannot be compiled they are left out, with a
 * word: edgectl then brings content to each node itself.
 */
export const helperPrograms = async (root: string): Promise<ReadonlyMap<string, Uint8Array>> => {
  const sources = join(root, 'images/node-helper');
  const folder = join(cacheFolder(), digestOf(sources));
  const reason = await whyNot(sources, folder);
  if (reason !== undefined) {
    process.stderr.write(`edgectl is built without node-helper: ${reason}\n`);
    return new Map();
  }
  const names = readdirSync(folder);
  return new Map(names.map((name) => [join('node-helper', name), readFileSync(join(folder, name))]));
};
