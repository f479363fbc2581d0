import type { Arch } from '../support/arch.ts';

/** A file or model that boards get from a bundle; `size` is bytes, `sha256` 64 hex digits. */
export interface ContentFile {
  readonly name: string;
  readonly sha256: string;
  readonly size: number;
  readonly arch: Arch | 'any';
}

/**
 * An image for one architecture: its name, the descriptor of its manifest as OCI has it, its configuration's digest, by
 * which containerd knows it, and the digests of all that it is made of.
 */
export interface ContentImage {
  readonly name: string;
  readonly arch: Arch;
  readonly manifest: { readonly mediaType: string; readonly digest: string; readonly size: number };
  readonly config: string;
  readonly blobs: readonly string[];
}

/**
 * A Debian package for boards of one architecture, whatever its own is; `size` is bytes, `sha256` 64 hex digits. `entry` is
 * its paragraph in a Packages index.
 */
export interface ContentDeb {
  readonly name: string;
  readonly version: string;
  readonly arch: Arch;
  readonly sha256: string;
  readonly size: number;
  readonly entry: string;
}

/** What a bundle has for boards beside k3s. */
export interface Contents {
  readonly files: readonly ContentFile[];
  readonly images: readonly ContentImage[];
  readonly debs?: readonly ContentDeb[];
}

/** What boards of one architecture get. */
export const contentsFor = (
  { files, images, debs = [] }: Contents,
  arch: Arch | undefined,
): Required<Contents> => ({
  files: files.filter((file) => file.arch === 'any' || file.arch === arch),
  images: images.filter((image) => image.arch === arch),
  debs: debs.filter((deb) => deb.arch === arch),
});
