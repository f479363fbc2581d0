import { stringify } from 'yaml';
import type { Layout } from './layout.ts';
import { publicHostKey } from './nodes/keys.ts';
import type { LabBundle } from './release/bundle.ts';
import { type LabState, writeWhole } from './state.ts';

/** The version a lab without a release server names; nothing is fetched by it. */
const versionWithoutRelease = 'v1.34.2+k3s1';

/** How to do without the release server, for who reads the file. */
const bundleComment = (bundle: LabBundle | undefined): string =>
  bundle === undefined
    ? ''
    : `# Take the "#" off, and k3s comes from the lab's own bundle; nobody serves it then.
#  bundle: { path: ./bundle, trust: [{ id: lab, publicKey: "${bundle.publicKey}" }] }
`;

/** Writes the lab's `cluster.yaml` and `known_hosts`, every node's whole host key pinned in both. */
export const writeClusterFiles = async (
  lab: Layout,
  { gateway, nodes, release }: LabState,
  bundle: LabBundle | undefined,
): Promise<void> => {
  const pinned = await Promise.all(
    nodes.map(async ({ name, address, model }) => ({
      name,
      address,
      // As a master an emulated board takes minutes to join, and seconds to answer.
      ...(model === undefined ? {} : { role: 'worker' }),
      hostKey: await publicHostKey(lab.seed(name)),
    })),
  );
  const [control, ...hosts] = pinned;
  const k3s =
    release === undefined
      ? { version: versionWithoutRelease }
      : { version: release.version, source: `http://${gateway}:${release.port}` };
  const cluster = {
    apiVersion: 'edgectl/v1',
    kind: 'Cluster',
    metadata: { name: lab.name },
    spec: {
      control: { address: control?.address, hostKey: control?.hostKey },
      ssh: { user: 'ubuntu', key: './id_ed25519' },
      hosts,
      masters: { elect: 2, ha: 'witness' },
      k3s,
    },
  };
  await writeWhole(lab.knownHosts, pinned.map(({ address, hostKey }) => `${address} ${hostKey}\n`).join(''));
  await writeWhole(lab.clusterFile, `${stringify(cluster, { lineWidth: 0 })}${bundleComment(bundle)}`);
};
