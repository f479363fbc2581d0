import type { LocalContent, LocalPieces } from '../../ports/source.ts';
import { openContent, sliceOf } from '../files/content.ts';

/** A member of a package: its name, and where it ends in the file. */
export interface DebMember {
  readonly name: string;
  readonly content: LocalPieces;
  readonly end: number;
}

const MAGIC = '!<arch>\n';
const HEADER = 60;
/** More members before the files than any package has. */
const MOST_MEMBERS = 16;

const packed = (name: string, what: string): boolean => name === what || name.startsWith(`${what}.`);

/** An entry of ar(5) without times, owners and modes; undefined when the text is none. Size in bytes. */
const headerOf = (text: string): { readonly name: string; readonly size: number } | undefined => {
  const [, name, size] = /^([!-~]{1,16}) *[ \d]{32}(\d{1,10}) *`\n$/.exec(text) ?? [];
  return name && size ? { name: name.replace(/\/$/, ''), size: Number(size) } : undefined;
};

/** The members of an ar archive up to the one that holds the files: what stands behind that is nobody's. */
const membersOf = async (deb: LocalContent): Promise<readonly DebMember[]> => {
  const open = await openContent(deb);
  const textAt = async (at: number, size: number): Promise<string> => {
    const buffer = Buffer.alloc(size);
    return buffer.subarray(0, await open.read(buffer, at)).toString('latin1');
  };
  const members: DebMember[] = [];
  try {
    if ((await textAt(0, MAGIC.length)) !== MAGIC) throw new Error('it is no ar archive');
    for (let at = MAGIC.length; at < deb.size && members.length < MOST_MEMBERS; ) {
      const header = headerOf(await textAt(at, HEADER));
      if (!header) throw new Error(`it has no member at byte ${at}`);
      const { name, size } = header;
      const end = at + HEADER + size;
      if (end > deb.size) throw new Error(`it is cut off in ${name}`);
      members.push({ name, content: sliceOf(deb, at + HEADER, size), end });
      if (packed(name, 'data.tar')) break;
      at = end + (size % 2);
    }
    const [first] = members;
    const format = first?.name === 'debian-binary' ? await textAt(MAGIC.length + HEADER, 4) : '';
    if (!/^2\.\d/.test(format)) throw new Error('it is no package of format 2');
  } finally {
    await open.close();
  }
  return members;
};

/**
 * The two members of a package that are archives themselves; throws a plain error with the reason when they are not there
 * as deb(5) says. Those between that begin with `_` are for others.
 */
export const debMembers = async (
  deb: LocalContent,
): Promise<{ readonly control: DebMember; readonly data: DebMember }> => {
  const [, control, data] = (await membersOf(deb)).filter(({ name }) => !name.startsWith('_'));
  if (!control || !packed(control.name, 'control.tar')) throw new Error('it has no control.tar');
  if (!data || !packed(data.name, 'data.tar')) throw new Error('it has no data.tar');
  return { control, data };
};
