import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { prepareRegistries, startRegistry } from '../bundle/docker-registry.ts';
import { type Layer, pushImage } from '../bundle/make-image.ts';
import { scriptOn } from '../lab/exec-on.ts';
import { aptSources, hostSuite } from '../lab/nodes/apt-sources.ts';
import { documentOf } from './cli.ts';
import type { Site } from './site.ts';

/** What a bundle of a test has beside the lab's k3s. Sizes are bytes. */
export interface BundleWish {
  readonly serial: number;
  /** Files of random content, by name. */
  readonly files?: Readonly<Record<string, number>>;
  /** The layers of an image; the same one in two bundles is the same content. */
  readonly layers?: readonly Layer[];
  /** More of what goes in, as a file of pins says it. */
  readonly more?: Readonly<Record<string, unknown>>;
  /** Debian packages out of this machine's own archives, as the first board lacks them. */
  readonly debs?: readonly string[];
}

/** Makes signed bundles for a site and has its cluster file name them. */
export interface BundleMaker {
  make(wish: BundleWish): Promise<void>;
}

/** A maker with a key of its own. */
export const bundleMaker = async (site: Site): Promise<BundleMaker> => {
  await prepareRegistries();
  const at = (name: string): string => join(dirname(site.lab.file), name);
  await mkdir(at('storage'), { recursive: true });
  const bundle = (...words: readonly string[]) => site.run(['bundle', ...words, '--output', 'json']);
  const { publicKey } = documentOf<{ publicKey: string }>(await bundle('keygen', '--out', at('maker.key')));
  const [, k3s = ''] = /\n( {2}k3s:\n(?: {4}.*\n)+)/.exec(await readFile(site.lab.file, 'utf8')) ?? [];

  const imagesOf = async (serial: number, layers: readonly Layer[]) => {
    const registry = await startRegistry(at('storage'));
    const to = `${registry.host}/detect:${serial}`;
    const images = [{ platform: { architecture: 'amd64' }, layers }];
    const digest = await pushImage({ to, images, index: false });
    const spec = {
      images: [{ ref: `${to}@${digest}`, arch: 'amd64' }],
      registries: { [registry.host]: { plainHttp: true } },
    };
    return { spec, stop: registry.stop };
  };
  const fileOf = async ([name, size]: readonly [string, number]) => {
    const bytes = randomBytes(size);
    await writeFile(at(name), bytes);
    return { name, source: `./${name}`, sha256: createHash('sha256').update(bytes).digest('hex') };
  };
  const archives = async (packages: readonly string[]) => {
    const [, board] = site.names();
    await writeFile(
      at('board.status'),
      await scriptOn(site.lab.name, board ?? '', 'cat /var/lib/dpkg/status'),
    );
    return (await aptSources(await hostSuite())).map((line) => {
      const [, keyring = '', archive = '', suite = ''] = /signed-by=(\S+)\] (\S+) (\S+)/.exec(line) ?? [];
      // What one archive names may come out of any of them.
      const wanted = suite.includes('-') ? {} : { packages };
      return { archive, suite, keyring, present: './board.status', ...wanted };
    });
  };
  return {
    async make({ serial, files = {}, layers, debs, more: wished = {} }) {
      const images = layers ? await imagesOf(serial, layers) : { spec: {}, stop: async () => {} };
      try {
        const made = await Promise.all(Object.entries(files).map(fileOf));
        const head = `apiVersion: edgectl/v1\nkind: BundlePins\nmetadata: { name: site, serial: ${serial}, created: 2026-11-22 }\n`;
        const more = Object.entries({
          ...images.spec,
          ...(made.length > 0 ? { files: made } : {}),
          ...wished,
          ...(debs ? { debs: await archives(debs) } : {}),
        });
        const spec = more.map(([key, value]) => `  ${key}: ${JSON.stringify(value)}\n`).join('');
        await writeFile(at('pins.yaml'), `${head}spec:\n${k3s}${spec}`);
        const out = `site-${serial}.bundle`;
        const words = ['-f', at('pins.yaml'), '--out', at(out), '--arch', 'amd64', '--key', at('maker.key')];
        documentOf(await bundle('create', ...words));
        const file = (await readFile(site.lab.file, 'utf8')).replace(/^ {2}bundle: .*\n/m, '');
        const trust = `{ id: maker, publicKey: "${publicKey}", notAfter: 2999-12-31 }`;
        await writeFile(site.lab.file, `${file}  bundle: { path: ./${out}, trust: [${trust}] }\n`);
      } finally {
        await images.stop();
      }
    },
  };
};
