import { expect, it } from 'vitest';
import { hostsWorld, newVault, type Ports } from '../../../src/actions/world.ts';
import type { Shell, Upload } from '../../../src/ports/shell.ts';
import { Problem } from '../../../src/support/problem.ts';
import { clusterCase } from '../../support/cases.ts';

const cluster = clusterCase('crossing-17');
const done = { stdout: '', stderr: '', code: 0 };
const SECRET = 'a-key-that-nobody-may-see';

const lost = () => new Problem('HOST_DISCONNECTED', 'the connection was lost', { host: 'control' });

/** A world whose shells write as `put` says; `opened` counts the connections. */
const worldWith = (put: (upload: Upload) => Promise<void>, get: Ports['loopback']['get']) => {
  const opened: string[] = [];
  const shell = { run: async () => done, put } as unknown as Shell;
  const ports = {
    shells: {
      open: async () => {
        opened.push('open');
        return shell;
      },
      drop: async () => {
        opened.push('drop');
      },
      close: async () => {},
    },
    loopback: { get },
    minter: {
      mint: async () => ({
        secrets: { 'server-ca.key': SECRET },
        outcomes: { 'server-ca.crt': 'certificate', 'server-ca.hash': 'hash' },
      }),
    },
    clock: { now: () => 0, sleep: async () => {} },
  } as unknown as Ports;
  const source = { fetch: () => Promise.reject(new Error('nothing is fetched')) };
  const vault = newVault();
  return { world: hostsWorld(cluster, ports, vault, source, cluster.hosts), opened, vault };
};

const mint = { mint: { name: 'server-ca', kind: 'ca' } } as const;

it('keeps the outcome that says that a secret exists when all else of it is kept', async () => {
  const kept: string[] = [];
  const { world, vault } = worldWith(
    async ({ to }) => {
      await new Promise((resolve) => setTimeout(resolve, to.endsWith('.crt') ? 5 : 0));
      if (to.endsWith('.crt')) throw new Problem('NO_SPACE', `${to}: 11 bytes needed, 0 bytes free`, {});
      kept.push(to);
    },
    async () => '',
  );
  await expect(world.run(cluster.control, mint)).rejects.toMatchObject({ code: 'NO_SPACE' });
  expect(kept).toEqual(['/var/lib/edgectl/crossing-17/secrets/server-ca.key']);
  expect(vault.outcomes).toEqual({});
});

it('shows no secret of a mint that could not be kept', async () => {
  const { world } = worldWith(
    () => Promise.reject(new Problem('UPLOAD_FAILED', `the host said ${SECRET}`, {})),
    async () => '',
  );
  await expect(world.run(cluster.control, mint)).rejects.toMatchObject({
    message: 'the host said ‹redacted›',
  });
});

it('asks a loopback again over a new connection where the old one was lost', async () => {
  let asked = 0;
  const get = async () => {
    asked++;
    if (asked === 1) throw lost();
    return 'pong';
  };
  const { world, opened } = worldWith(async () => {}, get);
  expect(await world.ask(cluster.control, [{ http: 'https://127.0.0.1:6443/ping' }])).toEqual(['pong']);
  expect(opened).toEqual(['open', 'drop', 'open']);
});
