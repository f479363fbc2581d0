import * as z from 'zod';

const Config = z.object({
  architecture: z.string(),
  os: z.string(),
  variant: z.string().optional(),
  rootfs: z.object({ type: z.literal('layers'), diff_ids: z.array(z.string()) }),
});

/** For which machines an image is, and the digests of its layers before they were packed, the lowest first. */
export type ImageConfig = Readonly<z.infer<typeof Config>>;

const TYPES = ['application/vnd.oci.image.config.v1+json', 'application/vnd.docker.container.image.v1+json'];

/** Whether a media type is that of an image's configuration; artifacts have others, and say nothing of layers. */
export const isImageConfig = ({ mediaType }: { readonly mediaType: string }): boolean =>
  TYPES.includes(mediaType);

/** Reads the configuration of an image (OCI image spec, config.md); undefined when it is none. */
export const readImageConfig = (text: string): ImageConfig | undefined => {
  try {
    return Config.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};
