/** An image by its digest. `tag` is only a label: nothing is looked up by it. */
export interface ImageRef {
  /** Host and port of its registry, such as `docker.io` or `registry.example:5000`. */
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest: `sha256:${string}`;
}

const REGISTRY =
  /^([A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?$/;
const REPOSITORY = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const HUB = 'docker.io';
const HUB_NAMES: readonly string[] = [HUB, 'index.docker.io', 'registry-1.docker.io'];
const LONGEST_NAME = 255;

/** The one name of a registry: the other names of Docker Hub become `docker.io`. */
export const registryName = (host: string): string => (HUB_NAMES.includes(host) ? HUB : host);

/** Whether a text names a registry: a host, and a port if it has one. */
export const isRegistry = (text: string): boolean => REGISTRY.test(text);

const isHost = (part: string): boolean => part === 'localhost' || /[.:A-Z]/.test(part);

/**
 * Reads `[registry/]repository[:tag]@sha256:…` as Docker and containerd do (github.com/distribution/reference): a first
 * part without a dot, a port or capitals is no registry but a folder of Docker Hub, and a bare name there is in
 * `library/`. Undefined when it is none, or has no digest.
 */
export const readImageRef = (text: string): ImageRef | undefined => {
  const [named = '', digest = '', ...more] = text.split('@');
  if (more.length > 0 || !DIGEST.test(digest)) return undefined;
  const [first = '', ...rest] = named.split('/');
  const hosted = rest.length > 0 && isHost(first);
  const registry = hosted ? registryName(first) : HUB;
  const [path = '', tag, ...others] = (hosted ? rest : [first, ...rest]).join('/').split(':');
  const repository = registry === HUB && !path.includes('/') ? `library/${path}` : path;
  const whole =
    REGISTRY.test(registry) &&
    REPOSITORY.test(repository) &&
    others.length === 0 &&
    (tag === undefined || TAG.test(tag)) &&
    registry.length + 1 + repository.length <= LONGEST_NAME;
  if (!whole) return undefined;
  return {
    registry,
    repository,
    ...(tag === undefined ? {} : { tag }),
    digest: digest as `sha256:${string}`,
  };
};

/** What an image is called: `registry/repository:tag`, or with its digest when it has no tag. */
export const imageName = ({ registry, repository, tag, digest }: ImageRef): string =>
  `${registry}/${repository}${tag === undefined ? `@${digest}` : `:${tag}`}`;
