import type { Program } from '../programs/program.ts';

/** Unpacks what Node cannot: xz, and the older lzma. */
export const XZ: Program = { name: 'xz', hint: 'install the package xz-utils' };
