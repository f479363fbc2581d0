import * as z from 'zod';
import { ARCHES } from '../support/arch.ts';
import type { Fault } from './fault.ts';
import * as form from './formats.ts';
import { listAt, rawAt, textAt } from './raw.ts';

/** One Debian archive in a file of pins, and what to bring from it. */
export const DebPin = z.strictObject({
  archive: form.source.describe(
    'Its address, or a folder; a relative path starts at this file. A snapshot address stays as it is.',
  ),
  suite: form
    .text(
      /^(?!.*\.\.)[A-Za-z0-9./][A-Za-z0-9._+~/-]*$/,
      'a suite such as bookworm, or a folder that ends in "/"',
    )
    .describe('The suite; a folder that ends in "/" for a flat archive.'),
  components: z
    .array(
      form.text(/^(?!.*\.\.)[a-z0-9][a-z0-9._/-]*$/, 'a component such as main').describe('One component.'),
    )
    .min(1)
    .default(['main'])
    .describe('Its components; a flat archive has none.'),
  keyring: form.path.describe("The file with the archive's public keys, armoured or not: only these count."),
  release: form
    .text(/^[0-9a-f]{64}$/, 'a sha256 of 64 hex digits')
    .optional()
    .describe(
      'The sha256 of its InRelease (or Release), which `bundle create` tells: with it the same pins give the same bundle, or an error once the archive has moved on.',
    ),
  packages: z
    .array(
      form
        .text(
          /^[a-z0-9][a-z0-9+.-]+(=(\d+:)?[0-9A-Za-z.+~:-]+)?$/,
          'a package such as chrony or chrony=4.3-2',
        )
        .describe('A name, or name=version.'),
    )
    .default([])
    .describe(
      'What to bring; all that it depends on comes with it, out of all archives with the same `present`.',
    ),
  arch: z
    .array(z.enum(ARCHES).describe('One architecture.'))
    .min(1)
    .optional()
    .describe('Which boards it is for; absent: those of the bundle that the archive has.'),
  present: form.path
    .optional()
    .describe(
      'What the board has already, which is not brought: its /var/lib/dpkg/status, or what dpkg-query prints as `name version architecture`.',
    ),
});

/** The archives of a file of pins. */
export type DebPins = readonly z.infer<typeof DebPin>[];

/** The same with places that do not depend on the working folder. */
export const placeDebs = (debs: DebPins, from: (place: string) => string): z.infer<typeof DebPin>[] =>
  debs.map((each) => ({
    ...each,
    archive: from(each.archive),
    keyring: from(each.keyring),
    ...(each.present === undefined ? {} : { present: from(each.present) }),
  }));

/** What a schema cannot say: a package once for the same boards, no components in a flat archive, and something to bring. */
export const debFaults = (file: unknown): readonly Fault[] => {
  const debs = listAt(file, ['spec', 'debs']);
  const seen = new Set<string>();
  const faults = debs.flatMap((_, index): readonly Fault[] => {
    const at = ['spec', 'debs', index];
    const flat = textAt(file, [...at, 'suite']).endsWith('/');
    const components =
      flat && rawAt(file, [...at, 'components']) !== undefined
        ? [{ path: [...at, 'components'], on: 'key' as const, message: 'a flat archive has no components' }]
        : [];
    const stated = listAt(file, [...at, 'arch']);
    const twice = listAt(file, [...at, 'packages']).flatMap((text, place) => {
      const name = String(text).split('=')[0] ?? '';
      const keys = (stated.length > 0 ? stated : ARCHES).map(
        (arch) => `${name} ${arch} ${textAt(file, [...at, 'present'])}`,
      );
      const again = keys.some((key) => seen.has(key));
      for (const key of keys) seen.add(key);
      return again
        ? [
            {
              path: [...at, 'packages', place],
              on: 'value' as const,
              message: `"${name}" stands twice for the same boards`,
            },
          ]
        : [];
    });
    return [...components, ...twice];
  });
  const idle =
    debs.length > 0 &&
    debs.every((_, index) => listAt(file, ['spec', 'debs', index, 'packages']).length === 0);
  return idle
    ? [
        ...faults,
        { path: ['spec', 'debs'], on: 'key', message: 'none of these archives has "packages" to bring' },
      ]
    : faults;
};
