import { asRoot, cmd, script } from '../engine/command.ts';

/** Where the binary lies. */
export const BINARY = '/usr/local/bin/k3s';

/** The units: one runs `k3s server`, the other `k3s agent`. */
export const SERVER_UNIT = 'k3s.service';
export const AGENT_UNIT = 'k3s-agent.service';

/** Where k3s keeps everything of its own. */
export const DATA = '/var/lib/rancher/k3s';

/** The folder whose archives k3s imports as images. It must see whole files only (k3s-io/k3s#13136). */
export const IMAGES = `${DATA}/agent/images`;

/** Where blobs arrive: on the same file system as their place, so that a rename moves them. */
export const BINARY_BLOBS = '/usr/local/lib/edgectl/blobs';
export const IMAGE_BLOBS = '/var/lib/rancher/edgectl/blobs';

/** The commands that are links to k3s, where the machine has none of its own. */
export const TOOLS = ['kubectl', 'crictl', 'ctr'] as const;

/** Where the link of such a command lies. */
export const toolPath = (tool: string): string => `/usr/local/bin/${tool}`;

const ARCHIVE = /(\.tar(\.\w+)?|\.t\w+)$/;

/** Where an images archive goes. Its name holds its content's hash: k3s skips a replacement of the same size (#14284). */
export const imagesPath = ({ name, sha256 }: { name: string; sha256: string }): string =>
  `${IMAGES}/${name.replace(ARCHIVE, '')}-${sha256.slice(0, 12)}${ARCHIVE.exec(name)?.[0] ?? ''}`;

/** Makes `kubectl` and the like out of k3s. */
export const linkTools = (tools: readonly string[]) =>
  asRoot(script('for link; do ln -sfn k3s "$link" || exit; done', ...tools.map(toolPath)));

/** k3s's memory of what it imported. While the file is there, unchanged archives are not imported again. */
export const IMPORT_MEMORY = `${IMAGES}/.cache.json`;

/** Switches that memory on. */
export const rememberImports = asRoot(cmd('touch', IMPORT_MEMORY));
