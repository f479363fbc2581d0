import { existsSync } from 'node:fs';
import { link, mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { execa } from 'execa';
import { listening, type Peer, type PeerSite, startOn } from './peer.ts';

const TRACKER_PORT = 6969;
const PEER_PORT = 6881;
const LOOK_MS = 20;

/** All seed on when they have everything, and ask the tracker again soon: a swarm starts empty. */
const OPTIONS = [
  '--seed-ratio=0',
  '--bt-tracker-interval=1',
  `--listen-port=${PEER_PORT}`,
  '--enable-dht=false',
  '--file-allocation=none',
  '--quiet=true',
  '--no-conf=true',
];

const allThere = async (files: readonly string[]): Promise<void> => {
  while (!files.every((file) => existsSync(file))) await wait(LOOK_MS);
};

/** Debian's tracker serves what is on its list, and leaves everything else behind when it starts. */
const startTracker = async (site: PeerSite, torrent: string): Promise<void> => {
  const root = join(site.folder, 'tracker');
  await mkdir(root, { mode: 0o755 });
  const { stdout } = await execa('aria2c', ['--show-files', torrent]);
  await writeFile(join(root, 'list'), `${/^Info Hash: (\w+)$/m.exec(stdout)?.[1]}\n`);
  const tracker = site.network.addressOf(0);
  startOn(site, 0, [
    ...['opentracker', '-i', tracker, '-p', String(TRACKER_PORT)],
    ...['-d', root, '-u', 'nobody', '-w', '/list'],
  ]);
  await listening(site, 0, TRACKER_PORT);
};

/** BitTorrent: the head seeds, a tracker beside it. */
export const aria2: Peer = {
  name: 'aria2',
  needs: [
    ['aria2c', 'aria2'],
    ['mktorrent', 'mktorrent'],
    ['opentracker', 'opentracker'],
  ],
  async prepare(site) {
    const torrent = join(site.folder, 'payload.torrent');
    const announce = `http://${site.network.addressOf(0)}:${TRACKER_PORT}/announce`;
    await execa('mktorrent', ['-a', announce, '-o', torrent, site.payload]);
    await startTracker(site, torrent);
    startOn(site, 0, [
      'aria2c',
      ...OPTIONS,
      '--check-integrity=true',
      `--dir=${dirname(site.payload)}`,
      torrent,
    ]);
    await listening(site, 0, PEER_PORT);
    const download = async (node: number): Promise<string> => {
      const folder = join(site.folder, String(node));
      const [done, script] = [join(folder, 'done'), join(folder, 'say-done')];
      await mkdir(folder);
      await writeFile(script, `#!/bin/sh\n: > ${done}\n`, { mode: 0o755 });
      startOn(site, node, [
        ...['aria2c', ...OPTIONS, `--on-bt-download-complete=${script}`, `--dir=${folder}`, torrent],
      ]);
      return done;
    };
    return async () => {
      await allThere(await Promise.all(site.nodes.map(download)));
      for (const node of site.nodes)
        await link(join(site.folder, String(node), basename(site.payload)), site.copyOn(node));
    };
  },
};
