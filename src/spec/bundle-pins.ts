import { isAbsolute, resolve } from 'node:path';
import * as z from 'zod';
import { ARCHES } from '../support/arch.ts';
import type { Problems } from '../support/problem.ts';
import { ImagePin, imageFaults, Registries, settledRegistries } from './bundle-images.ts';
import { DebPin, debFaults, placeDebs } from './deb-pins.ts';
import { type Fault, faultProblems } from './fault.ts';
import * as form from './formats.ts';
import { K3S_RELEASES } from './k3s-releases.ts';
import { listAt, textAt } from './raw.ts';
import { checkSchema } from './schema-faults.ts';
import { readYaml } from './yaml-source.ts';

const File = z.strictObject({
  name: form
    .text(/^[A-Za-z0-9][-A-Za-z0-9._+]{0,127}$/, 'a file name without a folder')
    .describe('What the file is called in the bundle.'),
  source: form.source.describe('Its address, or a path; a relative path starts at this file.'),
  sha256: form
    .text(/^[0-9a-f]{64}$/, 'a sha256 of 64 hex digits')
    .describe('The digest that its publisher gives.'),
  arch: z
    .enum([...ARCHES, 'any'])
    .default('any')
    .describe('Which boards it is for; any: for every one.'),
  role: z.enum(['file', 'model']).default('file').describe('What it is to edgectl.'),
});

/** The whole of a file of pins. */
const BundlePinsFile = z.strictObject({
  apiVersion: z.literal('edgectl/v1').describe('The version of this file format.'),
  kind: z.literal('BundlePins').describe('What this file describes.'),
  metadata: z
    .strictObject({
      name: form
        .text(/^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/, 'lower-case letters, digits, "-" and "."')
        .describe('The name of the bundle.'),
      serial: form
        .whole(1, 2 ** 31 - 1)
        .describe('Its number among the bundles of that line: later, higher.'),
      created: form.day.describe(
        'The day that the bundle bears, so that the same pins make the same bundle.',
      ),
    })
    .describe('What the bundle is called.'),
  spec: z
    .strictObject({
      k3s: z
        .strictObject({
          version: form.k3sVersion.describe('The k3s release, such as v1.34.2+k3s1.'),
          source: form.source
            .default(K3S_RELEASES)
            .describe('An address or a folder with k3s releases; a relative folder starts at this file.'),
        })
        .optional()
        .describe('The k3s release whose programs and images go in.'),
      images: z
        .array(ImagePin.describe('One image.'))
        .default([])
        .describe('Images, each with its digest, from OCI registries.'),
      registries: Registries.default({}).describe(
        'How registries and mirrors are reached, by host and port, such as "registry.example:5000".',
      ),
      files: z.array(File.describe('One file.')).default([]).describe('Other files, each with its digest.'),
      debs: z
        .array(DebPin.describe('One archive.'))
        .default([])
        .describe('Debian packages, with all that they depend on.'),
    })
    .describe('What goes in.'),
});

/** What goes into a bundle, every default filled in; sources are addresses or absolute paths. */
export type BundlePins = z.infer<typeof BundlePinsFile>;

/** What a schema cannot say: something goes in, and nothing twice. */
const pinFaults = (file: unknown): readonly Fault[] => {
  const files = listAt(file, ['spec', 'files']);
  const k3s = textAt(file, ['spec', 'k3s', 'version']);
  const others = ['images', 'debs'].flatMap((key) => listAt(file, ['spec', key]));
  if (files.length === 0 && others.length === 0 && k3s === '')
    return [
      {
        path: ['spec'],
        on: 'key',
        message: 'nothing goes into this bundle: say "k3s", "images", "debs" or "files"',
      },
    ];
  const seen = new Set<string>();
  return files.flatMap((_, index) => {
    const at = ['spec', 'files', index];
    const name = textAt(file, [...at, 'name']);
    const key = `${name} ${textAt(file, [...at, 'arch']) || 'any'}`;
    const twice = name !== '' && seen.has(key);
    seen.add(key);
    return twice
      ? [
          {
            path: [...at, 'name'],
            on: 'value' as const,
            message: `"${name}" stands twice for the same boards`,
          },
        ]
      : [];
  });
};

/**
 * Reads the text of a file of pins, such as images/bundle.yaml. `folder` is where relative paths start. Every fault is one
 * problem (BUNDLE_PINS_INVALID), `FILE:LINE:COL message`.
 */
export const readBundlePins = (text: string, file: string, folder: string): BundlePins | Problems => {
  const source = readYaml(text);
  const { data, faults } = checkSchema(BundlePinsFile, source.value);
  const problems = faultProblems('BUNDLE_PINS_INVALID', file, source, [
    ...faults,
    ...pinFaults(source.value),
    ...imageFaults(source.value),
    ...debFaults(source.value),
  ]);
  if (!data || problems.length > 0) return { problems };
  const from = (place: string) =>
    /^https?:\/\//i.test(place) || isAbsolute(place) ? place : resolve(folder, place);
  const { k3s, files, images, registries, debs } = data.spec;
  return {
    ...data,
    spec: {
      images,
      registries: settledRegistries(registries, from),
      ...(k3s ? { k3s: { ...k3s, source: from(k3s.source) } } : {}),
      files: files.map((each) => ({ ...each, source: from(each.source) })),
      debs: placeDebs(debs, from),
    },
  };
};

/** The JSON Schema (draft 2020-12) of a file of pins, for editors. */
export const bundlePinsJsonSchema = (): object => ({
  ...z.toJSONSchema(BundlePinsFile, { io: 'input' }),
  title: 'edgectl bundle pins',
  description: 'What goes into a bundle.',
});
