import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { fileDigest } from '../../../../src/adapters/files/file-digest.ts';
import { watchCpu } from '../../cpu.ts';
import { quiet, timed } from '../../machine.ts';
import type { Case } from '../cases.ts';
import type { Driven } from '../drive.ts';
import { type Network, openNetwork } from '../network.ts';
import { makePayload } from '../payload.ts';
import type { Peer, PeerSite } from './peer.ts';

/** Why a peer cannot be run here, in a sentence. */
export const whyNot = async ({ name, needs, install }: Peer): Promise<string | undefined> => {
  for (const [program, debian] of needs) {
    const { failed } = await execa('which', [program], { reject: false });
    if (failed) return `${name} is left out: there is no ${program} (Debian has it in ${debian}).`;
  }
  try {
    await install?.();
    return undefined;
  } catch {
    return `${name} is left out: it is not here, and could not be installed.`;
  }
};

const killAll = async (network: Network, nodes: readonly number[]): Promise<void> => {
  await Promise.all([0, ...nodes].map((node) => network.kill(node)));
};

/** One run of a peer on the network and the payload of a case. That all nodes have the same bytes then is looked at afterwards. */
export const runPeer = async (
  peer: Peer,
  of: Case,
  at: string,
): Promise<Pick<Driven, 'seconds' | 'work'>> => {
  const folder = join(at, 'peer');
  const [[name = ''] = []] = await makePayload(join(folder, 'head'), of);
  const nodes = Array.from({ length: of.nodes }, (_, index) => index + 1);
  const site: Omit<PeerSite, 'network'> = {
    nodes,
    folder: join(folder, 'own'),
    payload: join(folder, 'head', name),
    copyOn: (node) => join(folder, `copy-${node}`),
  };
  await mkdir(site.folder);
  const network = await openNetwork(of);
  try {
    const send = await peer.prepare({ ...site, network });
    await quiet();
    const worked = watchCpu();
    const { seconds } = await timed(send);
    const work = worked();
    await killAll(network, nodes);
    const wanted = await fileDigest(site.payload);
    for (const node of nodes)
      if ((await fileDigest(site.copyOn(node))) !== wanted)
        throw new Error(`${peer.name} brought something else to node ${node}`);
    return { seconds: { all: seconds }, work };
  } finally {
    await killAll(network, nodes);
    await network.close();
    await rm(folder, { recursive: true, force: true });
  }
};
