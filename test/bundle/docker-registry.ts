import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { execa } from 'execa';
import { needPrograms } from '../lab/preflight.ts';
import { freePort } from '../ssh/sshd.ts';

/**
 * The program docker-registry. Debian's package would start a service for everybody on port 5000 besides, so it is only
 * unpacked.
 */
const registryProgram = async (): Promise<string> => {
  const folder = join(tmpdir(), 'edgectl-docker-registry');
  const program = join(folder, 'usr/bin/docker-registry');
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const download = () => execa('apt-get', ['download', 'docker-registry'], { cwd: folder, reject: false });
  if ((await download()).exitCode !== 0) {
    await execa('apt-get', ['update', '-qq'], { reject: false });
    const { exitCode, stderr } = await download();
    if (exitCode !== 0) throw new Error(`apt-get cannot download docker-registry: ${stderr}`);
  }
  await execa('sh', ['-c', 'dpkg-deb -x docker-registry_*.deb .'], { cwd: folder });
  return program;
};

/** What the tests of registries call. */
export const prepareRegistries = async (): Promise<void> => {
  await needPrograms([
    ['skopeo', 'skopeo'],
    ['podman', 'podman'],
    ['htpasswd', 'apache2-utils'],
  ]);
  await registryProgram();
};

/** A running registry. */
export interface DockerRegistry {
  readonly host: string;
  readonly stop: () => Promise<void>;
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

/** Starts a registry on the loopback over a folder; `config` are more sections of its configuration, as JSON has them. */
export const startRegistry = async (
  storage: string,
  { auth, tls }: { readonly auth?: object; readonly tls?: object } = {},
): Promise<DockerRegistry> => {
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const file = `${storage}-${port}.json`;
  const config = {
    version: 0.1,
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: storage } },
    http: { addr: host, secret: 'of no use here', ...(tls ? { tls } : {}) },
    ...(auth ? { auth } : {}),
  };
  writeFileSync(file, JSON.stringify(config));
  const child = spawn(await registryProgram(), ['serve', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'], OTEL_TRACES_EXPORTER: 'none' },
  });
  let said = '';
  child.stderr.on('data', (piece) => {
    said += piece;
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for (let tries = 0; !(await listens(port)); tries++) {
    if (tries === 200 || child.exitCode !== null) throw new Error(`docker-registry does not start: ${said}`);
    await wait(50);
  }
  return {
    host,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
};
