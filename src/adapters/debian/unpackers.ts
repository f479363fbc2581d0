import type { Program } from '../programs/program.ts';

/** Unpacks what Node cannot: xz, and the older lzma. */
export const XZ: Program = { name: 'xz', hint: 'install the package xz-utils' };

/** Unpacks what packages were packed by before there was xz. */
export const BZIP2: Program = { name: 'bzip2', hint: 'install the package bzip2' };
