/** One paragraph of a control file: values by their names in lower case; the lines of a value are joined by "\n". */
export type Paragraph = ReadonlyMap<string, string>;

/**
 * The paragraphs of a text in the format of Debian's control files (deb822(5)), one after another, so that an index
 * of 50 MB needs no list of them all. Comments and lines that belong to no field are skipped.
 */
export function* paragraphs(text: string): Generator<Paragraph> {
  let fields = new Map<string, string>();
  let name = '';
  for (let start = 0; start <= text.length; ) {
    const found = text.indexOf('\n', start);
    const end = found === -1 ? text.length : found;
    const line = text.slice(start, end).trimEnd();
    start = end + 1;
    if (line === '') {
      if (fields.size > 0) yield fields;
      fields = new Map();
      name = '';
    } else if (/^[ \t]/.test(line)) {
      if (name !== '') fields.set(name, `${fields.get(name)}\n${line.trim()}`);
    } else if (!line.startsWith('#')) {
      const colon = line.indexOf(':');
      name = colon > 0 ? line.slice(0, colon).toLowerCase() : '';
      if (name !== '') fields.set(name, line.slice(colon + 1).trim());
    }
  }
  if (fields.size > 0) yield fields;
}
