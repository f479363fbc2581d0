import { OCI_INDEX } from './image-manifest.ts';

/** The file `oci-layout`: it makes the folder an OCI image layout 1.0. */
export const OCI_LAYOUT = '{"imageLayoutVersion":"1.0.0"}\n';

/** Where `index.json` points: an image, or an index of it for several architectures. `name` is what tools ask for. */
export interface LayoutEntry {
  readonly name: string;
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/**
 * The file `index.json` of an OCI image layout: skopeo and podman find an image by `org.opencontainers.image.ref.name`,
 * containerd by `io.containerd.image.name`. Programs and archives of k3s are blobs of the bundle, not images.
 */
export const indexText = (entries: readonly LayoutEntry[] = []): string => {
  const manifests = entries
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, mediaType, digest, size }) => ({
      mediaType,
      digest,
      size,
      annotations: { 'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': name },
    }));
  const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests };
  return `${JSON.stringify(index, undefined, 2)}\n`;
};
