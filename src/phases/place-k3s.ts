import * as k3s from '../commands/k3s.ts';
import { agentUnit, serverUnit } from '../commands/k3s-unit.ts';
import { place } from '../commands/place.ts';
import { remove, removeMany } from '../commands/rm.ts';
import * as systemctl from '../commands/systemctl.ts';
import type { Known } from '../decisions/index.ts';
import { straysOf } from '../domain/chain/strays.ts';
import { filesFor } from '../domain/topology/files.ts';
import { roleOf, serversOf, workersOf } from '../domain/topology/roles.ts';
import { blobPath, type Change } from '../engine/change.ts';
import { definePhase } from '../engine/phase.ts';
import { fileState } from '../facts/file-state.ts';
import { filesLike, missingTools, pathState } from '../facts/path.ts';
import { placedFile } from '../facts/placed.ts';
import { unitState } from '../facts/systemctl.ts';
import type { Cluster, Host } from '../spec/cluster.ts';
import type { ReleaseFile } from '../spec/release.ts';

const fetch = (what: string, { name, sha256 }: ReleaseFile, into: string, at: string): Change => ({
  says: `fetch ${what}`,
  run: { blobs: { blobs: [{ digest: `sha256:${sha256}`, name, at }], into } },
});

const put = (
  what: string,
  file: ReleaseFile,
  of: { from: string; to: string; mode: string; isNew: boolean },
): Change => ({
  says: `place ${what}`,
  run: {
    command: place({
      blob: blobPath(of.from, `sha256:${file.sha256}`),
      to: of.to,
      mode: of.mode,
      sha256: file.sha256,
    }),
  },
  ...(of.isNew ? { undo: remove(of.to) } : {}),
});

const unitFor = (host: Host, known: Known) => {
  const isWorker = roleOf(known, host) === 'worker';
  const file = (isWorker ? agentUnit : serverUnit)(filesFor(known, host).binary.sha256);
  return { name: isWorker ? k3s.AGENT_UNIT : k3s.SERVER_UNIT, file };
};

/**
 * Puts the k3s binary and its images on every node, verified. A running k3s keeps its old binary until its own phase
 * restarts it, servers one after another: the unit file names the binary, so that phase sees what it has to do.
 */
export const placeK3s = definePhase({
  id: 'place-k3s',
  title: 'Place k3s and its images',
  // The founder first: nobody joins before it answers, and while it starts the others get theirs.
  hosts: (cluster: Cluster, known: Known) => [...serversOf(cluster, known), ...workersOf(cluster, known)],

  facts: (_cluster: Cluster, host: Host, known: Known) => {
    const { binary, images } = filesFor(known, host);
    const unit = unitFor(host, known);
    return {
      binary: placedFile(k3s.BINARY, binary),
      images: placedFile(k3s.imagesPath(images), images),
      blobs: filesLike(`${k3s.BINARY_BLOBS}/`, `${k3s.IMAGE_BLOBS}/`),
      archives: filesLike(`${k3s.IMAGES}/k3s-airgap-images-`),
      memory: pathState(k3s.IMPORT_MEMORY),
      tools: missingTools(...k3s.TOOLS),
      unit: unitState(unit.name),
      unitFile: fileState(unit.file),
    };
  },

  *plan({ cluster, host, facts, known }) {
    const { binary, images } = filesFor(known, host);
    const k3sVersion = `k3s ${cluster.k3s.version}`;
    const needsBinary = facts.binary !== 'same';
    const needsImages = facts.images !== 'same';

    const strays = straysOf(
      facts.blobs === 'absent' ? [] : facts.blobs,
      [...(needsBinary ? [binary] : []), ...(needsImages ? [images] : [])].map(
        ({ sha256 }) => `sha256:${sha256}`,
      ),
    );
    if (strays.length > 0)
      yield { says: 'remove what runs of before have left', run: { command: removeMany(strays) } };
    if (needsBinary) yield fetch(k3sVersion, binary, k3s.BINARY_BLOBS, k3s.BINARY);
    if (needsImages)
      yield fetch(`the images of ${k3sVersion}`, images, k3s.IMAGE_BLOBS, k3s.imagesPath(images));

    if (needsBinary) {
      // The unit says that it runs the right binary, but it may run a wrong one. Its own phase starts it: `stateAfter`.
      if (facts.unit !== 'absent' && facts.unitFile === 'same') {
        const { name } = unitFor(host, known);
        yield { says: `stop ${name}`, run: { command: systemctl.stop(name) } };
      }
      const where = { from: k3s.BINARY_BLOBS, to: k3s.BINARY, mode: '0755' };
      yield put(k3sVersion, binary, { ...where, isNew: facts.binary === 'absent' });
    }
    if (needsImages) {
      const where = { from: k3s.IMAGE_BLOBS, to: k3s.imagesPath(images), mode: '0644' };
      yield put(`the images of ${k3sVersion}`, images, { ...where, isNew: facts.images === 'absent' });
    }

    const ours = /-[0-9a-f]{12}(\.\w+)+$/;
    const old = (facts.archives === 'absent' ? [] : facts.archives).filter(
      (path) => ours.test(path) && path !== k3s.imagesPath(images),
    );
    if (old.length > 0) yield { says: 'remove the images of another k3s', run: { command: remove(...old) } };
    if (facts.memory === 'absent')
      yield {
        says: 'make k3s remember what it imported',
        run: { command: k3s.rememberImports },
        undo: remove(k3s.IMPORT_MEMORY),
      };

    const missing = facts.tools === 'absent' ? [] : facts.tools;
    if (missing.length > 0)
      yield {
        says: `link ${missing.join(', ')} to k3s`,
        run: { command: k3s.linkTools(missing) },
        undo: remove(...missing.map(k3s.toolPath)),
      };
  },
});
