import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LabProblem } from '../lab-problem.ts';
import { launchApart } from '../launch-apart.ts';
import type { Layout } from '../layout.ts';
import { lives, type ProcessId } from '../processes.ts';
import { until } from '../progress.ts';
import type { Release } from './folder.ts';

/** Where a release server is to listen, and what it is to offer; port 0 is any free one. */
export type ServerWish = { readonly address: string; readonly port: number; readonly release: Release };

/** A running release server, as it says itself in `.lab/N/release.json`. */
export type ServerRecord = ServerWish & ProcessId;

const readRecord = async (file: string) => {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as ServerRecord);
};

/** Ends the lab's release server; by its number and start time, so never another process. */
export const stopServer = async ({ releaseServer }: Layout): Promise<void> => {
  const running = await readRecord(releaseServer);
  await rm(releaseServer, { force: true });
  if (running === undefined || !(await lives(running))) return;
  process.kill(running.pid, 'SIGKILL');
  await until(5, async () => ((await lives(running)) ? undefined : true));
};

/** Lets exactly one server offer this release to the lab, and gives its port; a server that does so already is kept. */
export const ensureServer = async (lab: Layout, wish: ServerWish): Promise<number> => {
  const running = await readRecord(lab.releaseServer);
  const fits =
    running?.address === wish.address &&
    running.release.folder === wish.release.folder &&
    running.release.version === wish.release.version;
  if (running && fits && (await lives(running))) return running.port;
  await stopServer(lab);
  const parts = [lab.releaseServer, JSON.stringify(wish)];
  launchApart(join(import.meta.dirname, 'serve.ts'), parts, lab.releaseLog);
  const started = await until(20, () => readRecord(lab.releaseServer));
  if (started !== undefined) return started.port;
  const log = await readFile(lab.releaseLog, 'utf8');
  throw new LabProblem(
    `the release server does not start on ${wish.address}:${wish.port}: ${log.slice(-500)}`,
  );
};
