import { Contrib, Enums, type Models, SPDX } from '@cyclonedx/cyclonedx-library';
import parseExpression from 'spdx-expression-parse';

const factory = new Contrib.License.Factories.LicenseFactory(parseExpression);

/** Short names of Debian's copyright files that SPDX calls otherwise. */
const ALSO: Readonly<Record<string, string>> = { Expat: 'MIT', CC0: 'CC0-1.0', 'PSF-2': 'PSF-2.0' };

/** A licence as SPDX names it, out of a short name of Debian (copyright-format 1.0, `GPL-2+`); undefined when it is none. */
const spdxOf = (name: string): string | undefined => {
  const [, family = '', variant = '', number = '', later] =
    /^(A?GPL|LGPL|GFDL)(-NIV)?-(\d+(?:\.\d+)?)(\+)?$/.exec(name) ?? [];
  if (family === '') return SPDX.fixupSpdxId(ALSO[name] ?? name);
  const version = number.includes('.') ? number : `${number}.0`;
  const invariants = variant ? '-no-invariants' : '';
  return SPDX.fixupSpdxId(`${family}-${version}${invariants}-${later ? 'or-later' : 'only'}`);
};

/** The same of several that `and` and `or` join. Debian's commas bind otherwise than SPDX can say without a parser. */
const expressionOf = (text: string): string | undefined => {
  const words = text.split(/\s+(and|or)\s+/i);
  const parts = words.map((word, index) => (index % 2 ? word.toUpperCase() : spdxOf(word)));
  return parts.includes(undefined) ? undefined : parts.join(' ');
};

/**
 * The licences of a package as CycloneDX has them: one as an id, an expression of SPDX or a name; of several, each as an id
 * or a name, since an expression may only stand alone.
 */
export const licencesOf = (texts: readonly string[]): readonly Models.License[] => {
  const named = texts.map((text) => text.replace(/\s+/g, ' ').trim()).filter((text) => text !== '');
  const clear = [...new Set(named.map((text) => expressionOf(text) ?? text))];
  const [only] = clear;
  const licences =
    clear.length === 1 && only !== undefined
      ? [factory.makeFromString(only)]
      : clear.map((text) => factory.makeDisjunctive(text));
  for (const licence of licences) licence.acknowledgement = Enums.LicenseAcknowledgement.Declared;
  return licences;
};
