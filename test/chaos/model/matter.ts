const BLOB = 'blob:';

/** The content of a blob, which the model knows only by its digest. */
export const blobOf = (sha256: string): string => `${BLOB}${sha256}`;

/** Whether content is a whole blob. */
export const isBlob = (content: string): boolean => content.startsWith(BLOB);

/** What stands for sha256 in the model: a blob's own, and a quick hash of everything else, in 64 hex digits. */
export const hashOf = (content: string): string => {
  if (isBlob(content)) return content.slice(BLOB.length);
  let one = 0xdeadbeef;
  let two = 0x41c6ce57;
  for (let index = 0; index < content.length; index++) {
    const code = content.charCodeAt(index);
    one = Math.imul(one ^ code, 2_654_435_761);
    two = Math.imul(two ^ code, 1_597_334_677);
  }
  const hex = (part: number): string => (part >>> 0).toString(16).padStart(8, '0');
  return `${hex(one)}${hex(two)}`.repeat(4);
};
