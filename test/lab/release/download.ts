import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { LabProblem } from '../lab-problem.ts';
import { cacheFolder } from '../layout.ts';
import { withLock } from '../lock.ts';
import { step } from '../progress.ts';

const k3sReleases = 'https://github.com/k3s-io/k3s/releases/download';

const filesOf = { amd64: 'k3s', arm64: 'k3s-arm64' } as const;

/** Fetches one file and gives its sha256. */
const fetchFile = async (url: string, file: string) => {
  const answer = await fetch(url).catch(
    (error: Error) => ({ ok: false, status: error.message, body: null }) as const,
  );
  if (!answer.ok || answer.body === null)
    throw new LabProblem(
      `${url} cannot be fetched (${answer.status}): set EDGECTL_LAB_K3S to a folder instead`,
    );
  const hash = createHash('sha256');
  const source = Readable.fromWeb(answer.body as ReadableStream);
  source.on('data', (chunk: Buffer) => hash.update(chunk));
  await pipeline(source, createWriteStream(file));
  return hash.digest('hex');
};

const fetchArchitecture = async (base: string, folder: string, arch: keyof typeof filesOf) => {
  const sums = `sha256sum-${arch}.txt`;
  await fetchFile(`${base}/${sums}`, join(folder, sums));
  const published = await readFile(join(folder, sums), 'utf8');
  for (const file of [filesOf[arch], `k3s-airgap-images-${arch}.tar.zst`]) {
    const digest = await step(`fetching ${file}`, () => fetchFile(`${base}/${file}`, join(folder, file)));
    if (!published.split('\n').some((line) => line.trim() === `${digest}  ${file}`))
      throw new LabProblem(`${base}/${file} does not have the digest that ${sums} publishes`);
  }
};

/** The cached folder of one k3s release, fetched from `releases` and checked against its published digests. */
export const downloadRelease = async (version: string, releases = k3sReleases): Promise<string> => {
  const folder = join(cacheFolder(), 'k3s', version);
  await withLock(`${folder}.lock`, 1800, async () => {
    if (await stat(folder).catch(() => undefined)) return;
    await mkdir(join(cacheFolder(), 'k3s'), { recursive: true });
    const part = await mkdtemp(`${folder}.`);
    try {
      const base = `${releases}/${encodeURIComponent(version)}`;
      await fetchArchitecture(base, part, 'amd64');
      await fetchArchitecture(base, part, 'arm64');
      await chmod(join(part, 'k3s'), 0o755);
      await chmod(part, 0o755);
      await rename(part, folder);
    } finally {
      await rm(part, { recursive: true, force: true });
    }
  });
  return folder;
};
