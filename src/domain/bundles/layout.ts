/** The file `oci-layout`: it makes the folder an OCI image layout 1.0. */
export const OCI_LAYOUT = '{"imageLayoutVersion":"1.0.0"}\n';

/** The file `index.json` of an OCI image layout. Programs and archives of k3s are blobs of the bundle, not images. */
export const indexText = (): string =>
  `${JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [] }, undefined, 2)}\n`;
