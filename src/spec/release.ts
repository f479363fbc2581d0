/** The architectures that k3s releases have and edgectl supports, as Go names them. */
export type Arch = 'amd64' | 'arm64';

/** One file of a k3s release. `sha256` is 64 hex digits, as its checksum list publishes it. */
export interface ReleaseFile {
  readonly name: string;
  readonly sha256: string;
}

/** What a k3s release holds for one architecture. */
export interface ReleaseFiles {
  readonly binary: ReleaseFile;
  readonly images: ReleaseFile;
}

/** What the source offers for the wanted version, by architecture; one that it lacks is absent. */
export type Release = Readonly<Partial<Record<Arch, ReleaseFiles>>>;
