import { paragraphs } from '../debian/deb822.ts';

/**
 * The licences that a Debian copyright file names for its files, in its own words and order, each once; undefined when it is
 * not in the machine-readable format (DEP-5, copyright-format 1.0).
 */
export const readCopyright = (text: string): readonly string[] | undefined => {
  const licences = new Set<string>();
  let isReadable = false;
  for (const fields of paragraphs(text)) {
    isReadable ||= /copyright-format|dep-?5/i.test(fields.get('format') ?? '');
    if (!isReadable) return undefined;
    const named = fields.has('files') || fields.has('format');
    const [short = ''] = (fields.get('license') ?? '').split('\n');
    if (named && short.trim() !== '') licences.add(short.trim());
  }
  return licences.size > 0 ? [...licences] : undefined;
};
