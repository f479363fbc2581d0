import { createHash, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { prepareRegistries, startRegistry } from '../../bundle/docker-registry.ts';
import { layerOf, pushImage } from '../../bundle/make-image.ts';
import type { Site } from '../../init/site.ts';
import { isEmulated } from './draw.ts';

const MEBIBYTE = 1_048_576;
const SIZES = { 'model.onnx': 48 * MEBIBYTE, 'labels.txt': 4096, 'anchors.bin': 65_536 };

/** Makes the bundle that walks push: a model, two small files and an image; gives its path. */
export const makeWalkBundle = async (site: Site): Promise<string> => {
  const folder = join(dirname(site.lab.file), 'push');
  const at = (name: string): string => join(folder, name);
  await mkdir(at('storage'), { recursive: true });
  await prepareRegistries();
  const registry = await startRegistry(at('storage'));
  try {
    const to = `${registry.host}/detect:1`;
    const layers = [await layerOf('model', 2 * MEBIBYTE)];
    const architectures = site.names().some(isEmulated) ? ['amd64', 'arm64'] : ['amd64'];
    const digest = await pushImage({
      to,
      images: architectures.map((architecture) => ({ platform: { architecture }, layers })),
      index: architectures.length > 1,
    });
    const files = await Promise.all(
      Object.entries(SIZES).map(async ([name, size]) => {
        const bytes = randomBytes(size);
        await writeFile(at(name), bytes);
        return { name, source: `./${name}`, sha256: createHash('sha256').update(bytes).digest('hex') };
      }),
    );
    const pins = {
      apiVersion: 'edgectl/v1',
      kind: 'BundlePins',
      metadata: { name: 'models', serial: 1, created: '2026-11-22' },
      spec: {
        images: [{ ref: `${to}@${digest}`, ...(architectures.length > 1 ? {} : { arch: 'amd64' }) }],
        registries: { [registry.host]: { plainHttp: true } },
        files,
      },
    };
    await writeFile(at('pins.yaml'), JSON.stringify(pins));
    const path = at('models.bundle');
    const words = ['-f', at('pins.yaml'), '--out', path, '--arch', architectures.join(',')];
    const made = await site.run(['bundle', 'create', ...words]);
    if (made.code !== 0) throw new Error(`the bundle of walks was not made: ${made.stderr}`);
    return path;
  } finally {
    await registry.stop();
  }
};
