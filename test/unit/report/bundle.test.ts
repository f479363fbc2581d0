import { expect, it } from 'vitest';
import { bundleText } from '../../../src/report/bundle.ts';

const item = (what: string, role: string, arch: string, digest: string, size: number) => ({
  what,
  role,
  arch,
  digest: `sha256:${digest.repeat(64)}`,
  size,
});

it('a bundle is shown with the parts of each image below it, and every blob counted once', () => {
  const name = 'docker.io/library/app:1';
  expect(
    bundleText({
      name: 'site',
      serial: 3,
      created: '2026-11-22',
      images: [{ name, digest: `sha256:${'9'.repeat(64)}` }],
      contents: [
        item(name, 'image', 'any', '9', 500),
        item(name, 'image', 'arm64', '1', 400),
        item(name, 'image', 'amd64', '2', 400),
        item(name, 'image-layer', 'arm64', '3', 2000),
        item(name, 'image-config', 'arm64', '4', 100),
        item(name, 'image-layer', 'amd64', '3', 2000),
        item(name, 'image-config', 'amd64', '5', 100),
        item('model.onnx', 'model', 'any', '6', 1000),
      ],
    }),
  ).toMatchInlineSnapshot(`
    "site, serial 3, of 2026-11-22: 4.5 kB

    WHAT                     ROLE          ARCH          SIZE    DIGEST
    model.onnx               model         any           1.0 kB  sha256:666666666666
    docker.io/library/app:1  image         amd64, arm64  3.5 kB  sha256:999999999999
                             image         any           500 B   sha256:999999999999
                             image         amd64         400 B   sha256:222222222222
                             image-config  amd64         100 B   sha256:555555555555
                             image-layer   amd64         2.0 kB  sha256:333333333333
                             image         arm64         400 B   sha256:111111111111
                             image-config  arm64         100 B   sha256:444444444444
                             image-layer   arm64         2.0 kB  sha256:333333333333"
  `);
});
