import type { Ports } from '../../../src/actions/world.ts';
import { blobPath } from '../../../src/engine/change.ts';
import type { Ended, Transfer } from '../../../src/engine/world.ts';
import type { Kube, KubeAccess } from '../../../src/ports/kube.ts';
import type { Minted, Minter } from '../../../src/ports/minter.ts';
import type { Source } from '../../../src/ports/source.ts';
import type { Host } from '../../../src/spec/cluster.ts';
import type { Release } from '../../../src/spec/release.ts';
import { asProblem, Problem } from '../../../src/support/problem.ts';
import { readApi, writeApi } from './api.ts';
import { CONTENTS, MARK } from './bundle.ts';
import { systemOf } from './disk.ts';
import type { Edgectl } from './edgectl.ts';
import type { Etcd } from './etcd.ts';
import { blobOf, hashOf } from './matter.ts';
import { exchange, LOOPBACK, shellsOf } from './shells.ts';

const TRIES = 3;
/** edgectl's machine is busy and wakes late, so that waiting takes fewer questions. */
const BUSY_MS = 2000;

/** What the k3s source has. */
const RELEASE: Release = Object.fromEntries(
  (['amd64', 'arm64'] as const).map((arch) => [
    arch,
    {
      binary: { name: 'k3s', sha256: hashOf(`binary ${arch}`) },
      images: { name: `k3s-airgap-images-${arch}.tar.zst`, sha256: hashOf(`images ${arch}`) },
    },
  ]),
);

const release: Source = {
  release: async () => RELEASE,
  fetch: async ({ name }) => ({ path: `/cache/${name}`, size: 4096 }),
};
const bundle: Source = { ...release, mark: async () => MARK, contents: async () => CONTENTS };

/** Makes what looks secret, and remembers all of it; `certificate` is a real one, because its end is read. */
const minterOf = ({ site }: Edgectl, certificate: string): Minter => {
  const secret = (): string => {
    const made = `s3cret${site.random.next().toString(36).slice(2)}${site.random.next().toString(36).slice(2)}`;
    site.secrets.push(made);
    return made;
  };
  return {
    async mint({ name, kind }): Promise<Minted> {
      if (kind === 'ca') {
        const crt = `certificate of ${name} ${site.random.next()}`;
        return {
          secrets: { [`${name}.key`]: secret() },
          outcomes: { [`${name}.crt`]: crt, [`${name}.hash`]: hashOf(crt) },
        };
      }
      if (kind === 'client')
        return { secrets: { [`${name}.key.b64`]: secret() }, outcomes: { [`${name}.crt`]: certificate } };
      return { secrets: { [name]: secret() }, outcomes: { [name]: 'minted' } };
    },
  };
};

/** Brings content as the chain does: verified while it comes, tried again where it came damaged, synced, then named. */
const deliver = async (
  edgectl: Edgectl,
  { host, into, blobs, progress }: Transfer,
  connect: ReturnType<typeof shellsOf>['connection'],
): Promise<void> => {
  const { weather } = edgectl;
  const own = await connect(host);
  const { disk } = own.machine;
  for (const [index, { digest }] of blobs.entries()) {
    const to = blobPath(into, digest);
    const whole = blobOf(digest.replace('sha256:', ''));
    for (let tries = 1; disk.read(to) !== whole; tries++) {
      const arrived = await exchange(edgectl, own, () => {
        if (disk.full.has(systemOf(to)))
          throw new Problem('NO_SPACE', `${to}: no space left`, { host: host.key });
        disk.write(`${to}.part`, weather.spoils() ? 'damaged' : whole, '600');
        return disk.read(`${to}.part`) === whole;
      });
      if (arrived)
        await exchange(edgectl, own, () => {
          // It may have been cut off meanwhile, and come back without it.
          if (disk.read(`${to}.part`) !== whole) return;
          disk.sync(`${to}.part`);
          disk.move(`${to}.part`, to);
        });
      if (tries === TRIES && disk.read(to) !== whole)
        throw new Problem('BLOB_CORRUPT', `${to}: arrived damaged`, { host: host.key });
    }
    progress(index + 1, blobs.length);
  }
};

const kubeOf = (edgectl: Edgectl, shells: ReturnType<typeof shellsOf>): Kube => {
  const { site } = edgectl;
  // As the product's own does it: a connection that was lost meanwhile is opened anew.
  const dial = async (master: Host) => {
    const own = await shells.connection(master);
    if (own.machine.connections === own.generation) return own;
    await shells.drop(master);
    return shells.connection(master);
  };
  const call = async <T>({ masters, serverCa }: KubeAccess, isPing: boolean, act: (etcd: Etcd) => T) => {
    for (const master of masters) {
      const done = await dial(master)
        .then((own) =>
          exchange(edgectl, own, () => {
            const etcd = site.k3s.get(own.machine)?.etcd;
            // TLS pins the CA that edgectl minted.
            if (!etcd || etcd.ca !== serverCa) return undefined;
            const answers = isPing
              ? site.k3s.get(own.machine)?.state === 'up'
              : site.servesApi(own.machine, etcd);
            return answers ? { value: act(etcd) } : undefined;
          }),
        )
        .catch((error: unknown) => {
          if (error instanceof Problem) return undefined;
          throw error;
        });
      if (done) return done;
    }
    return undefined;
  };
  return {
    read: async (access, path) =>
      (await call(access, path === '/ping', (etcd) => readApi(etcd, path, site.timeline.now)))?.value ?? '',
    async write(access, write) {
      const done = await call(access, false, (etcd) => writeApi(etcd, write, site.timeline.now));
      if (!done) throw new Problem('CLUSTER_UNREACHABLE', 'no master answers');
      if (done.value !== undefined) throw new Problem('KUBE_REFUSED', done.value);
    },
    // Only drills write at an address of their own, and no walk drills.
    attempt: async () => 0,
    close: () => {},
  };
};

/** What one run of edgectl works with: its ports, over the model. */
export const portsOf = (edgectl: Edgectl, certificate: string): { ports: Ports; source: Source } => {
  const { site } = edgectl;
  const { timeline } = site;
  const shells = shellsOf(edgectl);
  const ports: Ports = {
    shells,
    kube: kubeOf(edgectl, shells),
    loopback: {
      get: async (shell, url) => {
        const { stdout } = (await shell.ask([{ argv: [LOOPBACK, url], root: false, withinMs: 1 }]))[0] ?? {
          stdout: '',
        };
        return stdout;
      },
    },
    minter: minterOf(edgectl, certificate),
    programs: { packed: async () => Buffer.from('node-helper') },
    distribution: {
      async distribute(transfers: readonly Transfer[], _from, ended: Ended) {
        await Promise.all(
          transfers.map((transfer) =>
            deliver(edgectl, transfer, shells.connection).then(
              () => ended(transfer),
              (error: unknown) => ended(transfer, asProblem(error, transfer.host.key)),
            ),
          ),
        );
      },
    },
    clock: {
      now: () => timeline.now,
      sleep: (seconds) =>
        new Promise((resolve) =>
          timeline.after(Math.max(seconds * 1000, BUSY_MS), () => {
            if (!edgectl.isDead) resolve();
          }),
        ),
    },
  };
  return { ports, source: site.hasBundle ? bundle : release };
};
