import { expect, it } from 'vitest';
import { readBundlePins } from '../../../src/spec/bundle-pins.ts';
import { isProblems } from '../../../src/support/problem.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const read = (spec: string) =>
  readBundlePins(
    `apiVersion: edgectl/v1\nkind: BundlePins\nmetadata: { name: site, serial: 7, created: 2026-11-22 }\nspec:\n${spec}`,
    'pins.yaml',
    '/site/images',
  );
const faults = (spec: string) => {
  const result = read(spec);
  return isProblems(result) ? result.problems.map(({ message }) => message) : [];
};

it('images and registries have defaults; files start at the file, and Docker Hub has one name', () => {
  expect(
    read(`  images:
    - { ref: "busybox:1.36@${DIGEST}" }
    - { ref: "registry.example:5000/app:1@${DIGEST}", arch: arm64, layers: zstd }
  registries:
    index.docker.io: { mirrors: ["https://mirror.example/v2/hub"] }
    registry.example:5000: { plainHttp: true, ca: ca.pem, auth: { authfile: auth.json } }
`),
  ).toMatchObject({
    spec: {
      images: [
        { ref: { registry: 'docker.io', repository: 'library/busybox', tag: '1.36' }, arch: 'any' },
        {
          ref: { registry: 'registry.example:5000', repository: 'app', tag: '1' },
          arch: 'arm64',
          layers: 'zstd',
        },
      ],
      registries: {
        'docker.io': { mirrors: ['https://mirror.example/v2/hub'], plainHttp: false },
        'registry.example:5000': {
          plainHttp: true,
          ca: '/site/images/ca.pem',
          auth: { authfile: '/site/images/auth.json' },
        },
      },
    },
  });
});

it('every fault is said at once, and no secret is taken', () => {
  const want =
    'an image with its digest, such as registry.example/name:1.2@sha256:… (`skopeo inspect` tells it)';
  const address = 'an http(s) address without user, password or query, such as https://mirror.example';
  const login = '"auth" wants "usernameEnv" and "passwordEnv", or "authfile"';
  const secret = 'no secret belongs in this file: name the variable that has it in';
  expect(
    faults(`  images:
    - { ref: "busybox:1.36" }
    - { ref: "a//b@${DIGEST}" }
    - { ref: "busybox:1@${DIGEST}" }
    - { ref: "docker.io/library/busybox:1@sha256:${'b'.repeat(64)}", layers: gzip }
  registries:
    "no host": {}
    a.example: { mirrors: ["ftp://b.example", "https://user:word@b.example"] }
    b.example: { auth: { username: edge, password: hidden } }
    c.example: { auth: { usernameEnv: U } }
`),
  ).toEqual([
    `pins.yaml:6:14 "ref" wants ${want}, got "busybox:1.36"`,
    `pins.yaml:7:14 "ref" wants ${want}, got "a//b@${DIGEST.slice(0, 51)}…"`,
    'pins.yaml:9:14 "docker.io/library/busybox:1" stands twice',
    'pins.yaml:9:125 "layers" wants zstd, got "gzip"',
    'pins.yaml:11:5 key "no host" in registries wants a host, and a port if it has one',
    `pins.yaml:12:28 an entry of mirrors wants ${address}, got "ftp://b.example"`,
    `pins.yaml:12:47 an entry of mirrors wants ${address}, got "https://‹…›@b.example"`,
    `pins.yaml:13:18 ${login}`,
    `pins.yaml:13:26 unknown key "username" in auth; ${secret} "usernameEnv"`,
    `pins.yaml:13:42 unknown key "password" in auth; ${secret} "passwordEnv"`,
    `pins.yaml:14:18 ${login}`,
  ]);
});

it('an image whose manifest is re-made needs another name than its digest', () => {
  expect(faults(`  images: [{ ref: "app@${DIGEST}", layers: zstd }, { ref: "other@${DIGEST}" }]\n`)).toEqual([
    'pins.yaml:5:19 with "layers: zstd" its digest becomes another: give the image a tag to call it by',
  ]);
});
