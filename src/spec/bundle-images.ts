import * as z from 'zod';
import { ARCHES } from '../support/arch.ts';
import type { Fault } from './fault.ts';
import * as form from './formats.ts';
import { imageName, isRegistry, readImageRef, registryName } from './image-ref.ts';
import { entriesAt, listAt, rawAt, textAt } from './raw.ts';

const pinned =
  'an image with its digest, such as registry.example/name:1.2@sha256:… (`skopeo inspect` tells it)';

const variable = form.text(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable');

/** One image of a file of pins; what is read is an `ImageRef`. */
export const ImagePin = z.strictObject({
  ref: form
    .text(/^[^\s@]+@sha256:[0-9a-f]{64}$/, pinned)
    .transform((text, context) => {
      const ref = readImageRef(text);
      if (ref) return ref;
      context.issues.push({ code: 'custom', message: pinned, input: text });
      return z.NEVER;
    })
    .describe('The image: [registry/]repository[:tag]@sha256:…; the digest counts, the tag is its name.'),
  arch: z
    .enum([...ARCHES, 'any'])
    .default('any')
    .describe('Which boards it is for; any: for every one.'),
  layers: z
    .literal('zstd')
    .optional()
    .describe(
      'How its layers are kept: zstd: re-encoded, which makes another manifest of the same image; absent: as they were fetched.',
    ),
});

const RegistryPin = z.strictObject({
  mirrors: z
    .array(
      form.text(
        /^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/i,
        'an http(s) address without user, password or query, such as https://mirror.example',
      ),
    )
    .default([])
    .describe(
      'Addresses to try before it, in this order; one with a path is asked under that path, not /v2.',
    ),
  plainHttp: z.boolean().default(false).describe('It speaks HTTP without TLS.'),
  ca: form.path
    .optional()
    .describe('A file of CA certificates (PEM) to trust besides; a relative path starts at this file.'),
  auth: z
    .strictObject({
      usernameEnv: variable.optional().describe('The environment variable that has the user name.'),
      passwordEnv: variable.optional().describe('The environment variable that has the password or token.'),
      authfile: form.path.optional().describe('An auth.json of containers, or a config.json of Docker.'),
    })
    .optional()
    .describe(
      'Who logs in; absent: what REGISTRY_AUTH_FILE or the usual files of podman and Docker say, or nobody.',
    ),
});

/** `registries`: by host and port. */
export const Registries = z.record(
  z.string().refine(isRegistry, { error: 'a host, and a port if it has one' }),
  RegistryPin,
);

/** How registries are reached, by their names; files are absolute paths. */
export type RegistrySettings = Readonly<z.infer<typeof Registries>>;

/** One image that goes into a bundle. */
export type PinnedImage = Readonly<z.infer<typeof ImagePin>>;

const twice = (file: unknown): readonly Fault[] => {
  const seen = new Set<string>();
  return listAt(file, ['spec', 'images']).flatMap((_, index): readonly Fault[] => {
    const path = ['spec', 'images', index, 'ref'];
    const ref = readImageRef(textAt(file, path));
    if (!ref) return [];
    const name = imageName(ref);
    if (seen.has(name)) return [{ path, on: 'value', message: `"${name}" stands twice` }];
    seen.add(name);
    return [];
  });
};

/** Who asks for an image by its digest gets another one when its manifest was re-made. */
const nameless = (file: unknown): readonly Fault[] =>
  listAt(file, ['spec', 'images']).flatMap((_, index): readonly Fault[] => {
    const at = ['spec', 'images', index];
    const ref = readImageRef(textAt(file, [...at, 'ref']));
    if (!ref || ref.tag !== undefined || textAt(file, [...at, 'layers']) === '') return [];
    const message = 'with "layers: zstd" its digest becomes another: give the image a tag to call it by';
    return [{ path: [...at, 'ref'], on: 'value', message }];
  });

/** What the schema of images and registries cannot say: no image twice, a name for every one, and a login that is whole. */
export const imageFaults = (file: unknown): readonly Fault[] => [
  ...twice(file),
  ...nameless(file),
  ...entriesAt(file, ['spec', 'registries']).flatMap(([host]): readonly Fault[] => {
    const path = ['spec', 'registries', host, 'auth'];
    if (rawAt(file, path) === undefined) return [];
    const has = (key: string) => textAt(file, [...path, key]) !== '';
    const both = has('usernameEnv') && has('passwordEnv') && !has('authfile');
    const fromFile = has('authfile') && !has('usernameEnv') && !has('passwordEnv');
    return both || fromFile
      ? []
      : [{ path, on: 'key', message: '"auth" wants "usernameEnv" and "passwordEnv", or "authfile"' }];
  }),
];

/** The same settings with absolute paths, under the one name of each registry. */
export const settledRegistries = (
  registries: RegistrySettings,
  from: (path: string) => string,
): RegistrySettings =>
  Object.fromEntries(
    Object.entries(registries).map(([host, { ca, auth, ...rest }]) => [
      registryName(host),
      {
        ...rest,
        ...(ca === undefined ? {} : { ca: from(ca) }),
        ...(auth ? { auth: { ...auth, ...(auth.authfile ? { authfile: from(auth.authfile) } : {}) } } : {}),
      },
    ]),
  );
