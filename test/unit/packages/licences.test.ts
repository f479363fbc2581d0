import { Models } from '@cyclonedx/cyclonedx-library';
import { expect, it } from 'vitest';
import { licencesOf } from '../../../src/domain/packages/licences.ts';

const said = (...texts: readonly string[]) =>
  licencesOf(texts).map((licence) => {
    if (licence instanceof Models.LicenseExpression) return `expression ${licence.expression}`;
    return licence instanceof Models.SpdxLicense ? `id ${licence.id}` : `name ${licence.name}`;
  });

it.each([
  [['MIT'], ['id MIT']],
  [['GPL-2.0-only AND MIT'], ['expression GPL-2.0-only AND MIT']],
  [['GPL-2+'], ['id GPL-2.0-or-later']],
  [['LGPL-2.1'], ['id LGPL-2.1-only']],
  [['GFDL-NIV-1.3+'], ['id GFDL-1.3-no-invariants-or-later']],
  [['Expat'], ['id MIT']],
  [['GPL-2+ or Artistic-2.0'], ['expression GPL-2.0-or-later OR Artistic-2.0']],
  [
    ['BSD-3-clause', 'GPL-3+', 'public-domain'],
    ['id BSD-3-Clause', 'id GPL-3.0-or-later', 'name public-domain'],
  ],
  [
    ['GPL-2+ and Expat', 'Expat'],
    ['name GPL-2.0-or-later AND MIT', 'id MIT'],
  ],
  [['Expat', 'MIT'], ['id MIT']],
  [['GPL-2 with a strange exception'], ['name GPL-2 with a strange exception']],
  [['curl'], ['id curl']],
  [[' '], []],
])('%j', (texts, wanted) => {
  expect(said(...texts)).toEqual(wanted);
});
