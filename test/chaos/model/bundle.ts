import { CONTENT, CONTENT_BLOBS, placeFiles } from '../../../src/commands/content.ts';
import { IMPORT_BLOBS, importImage } from '../../../src/commands/images.ts';
import { removeFolders } from '../../../src/commands/rm.ts';
import type { Command } from '../../../src/engine/command.ts';
import { contentThere } from '../../../src/facts/content.ts';
import { nodeImages } from '../../../src/facts/images.ts';
import type { BundleMark } from '../../../src/ports/source.ts';
import type { Contents } from '../../../src/spec/contents.ts';
import { HALF_ENDINGS, hiddenHalf } from '../../../src/support/half-names.ts';
import { PLACED } from '../../../src/support/placed-list.ts';
import type { Act } from './acts.ts';
import type { Machine } from './machine.ts';
import { blobOf, hashOf } from './matter.ts';
import type { Answer } from './questions.ts';
import type { Site } from './site.ts';
import { stampOf } from './stamp.ts';
import { scriptOf, step } from './step.ts';

const digestOf = (what: string): string => `sha256:${hashOf(what)}`;

/** Which bundle the walks bring, where they bring one. */
export const MARK: BundleMark = { name: 'site', serial: 1, digest: digestOf('bundle') };

/** What it has beside k3s: two files and, for either architecture, an image. */
export const CONTENTS: Contents = {
  files: ['model.onnx', 'labels.txt'].map((name) => ({
    name,
    sha256: hashOf(name),
    size: 4096,
    arch: 'any',
  })),
  images: (['amd64', 'arm64'] as const).map((arch) => ({
    name: 'edge/detect:1',
    arch,
    manifest: {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: digestOf(`manifest ${arch}`),
      size: 512,
    },
    config: digestOf(`config ${arch}`),
    blobs: [`manifest ${arch}`, `config ${arch}`, `layer ${arch}`].map(digestOf),
  })),
};

const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

const tellContent: Answer = (machine, [folder = '', list = '']) => {
  const there = machine.disk.below(`${folder}/`);
  if (there.length === 0) return 'end\n';
  const listed = lines(machine.disk.read(list) ?? '').filter((line) => line.includes(` ${folder}/`));
  const found = there.map((path) => `${stampOf(machine, path)} ${path}`);
  return ['list', ...listed, 'found', ...found, 'end', ''].join('\n');
};

const place: Act = (machine, _args, stdin) => {
  const { disk } = machine;
  const wanted = lines(stdin).map((line) => {
    const [sha256 = '', path = ''] = line.split(' ');
    return { sha256, path, blob: `${CONTENT_BLOBS}/sha256:${sha256}` };
  });
  return [
    ...wanted.map(({ blob, path }) =>
      step(() => {
        const content = disk.read(blob);
        if (content === undefined)
          throw new Error(`ln: failed to access '${blob}': No such file or directory`);
        disk.write(path, content);
        // A link to what was synced already.
        disk.sync(path);
      }),
    ),
    ...wanted.map(({ blob }) =>
      step(() => {
        const at = blob.lastIndexOf('/') + 1;
        disk.remove(blob);
        for (const ending of HALF_ENDINGS) disk.remove(`${blob}${ending}`);
        for (const half of disk.below(`${blob.slice(0, at)}${hiddenHalf(blob.slice(at))}`)) disk.remove(half);
      }),
    ),
    step(() => {
      const others = lines(disk.read(PLACED) ?? '').filter(
        (line) => !wanted.some(({ path }) => line.includes(` ${path}`)),
      );
      const ours = wanted.map(({ sha256, path }) => `${sha256} ${stampOf(machine, path)} ${path}`);
      disk.write(`${PLACED}.edgectl-part`, [...others, ...ours, ''].join('\n'));
    }),
    step(() => disk.move(`${PLACED}.edgectl-part`, PLACED)),
    step(() => disk.sync(PLACED)),
  ];
};

const hasContainerd = (machine: Machine, site: Site): boolean => site.k3s.get(machine)?.state === 'up';

const tellImages: Answer = (machine, [, list = ''], _stdin, site) => {
  if (!hasContainerd(machine, site)) return '---\n---\n';
  const rows = [...machine.images].map(([name, digest]) => `${name} application/x ${digest} 1 -\n`).join('');
  return `REF TYPE DIGEST SIZE\n${rows}---\n${machine.disk.read(list) ?? ''}---\nCONTAINER IMAGE RUNTIME\n`;
};

const importOne: Act = (
  machine,
  [, blobs = '', list = '', name = '', manifest = '', id = '', index = '', ...digests],
  _stdin,
  site,
) => {
  const { disk, images } = machine;
  const work = `${blobs}/import.x`;
  const leave = () => {
    for (const path of disk.below(`${work}/`)) disk.remove(path);
  };
  const must = (holds: boolean, word: string): void => {
    if (holds) return;
    leave();
    throw new Error(word);
  };
  return [
    step(() => disk.write(`${work}/index.json`, index)),
    step(() => {
      const isThere = (digest: string) =>
        disk.read(`${blobs}/${digest}`) === blobOf(digest.replace('sha256:', ''));
      must(digests.every(isThere), 'ctr: unexpected media type');
      must(hasContainerd(machine, site), 'ctr: failed to dial containerd');
      must(!disk.full.has('data'), 'ctr: no space left on device');
      images.set(name, manifest);
      images.set(id, manifest);
    }),
    step(() => disk.touch(list)),
    step(() => {
      const others = lines(disk.read(list) ?? '').filter(
        (line) => line !== '-> ' && line.split(' ')[1] !== name,
      );
      disk.write(`${list}.edgectl-part`, [...others, `${id} ${name}`, ''].join('\n'));
    }),
    step(() => disk.move(`${list}.edgectl-part`, list)),
    step(leave),
  ];
};

const removeAll: Act = ({ disk }, [, ...paths]) =>
  paths.map((path) =>
    step(() => {
      for (const one of [path, ...disk.below(`${path}/`)]) disk.remove(one);
    }),
  );

const ofFact = ({ ask }: { readonly ask: unknown }): string => scriptOf(ask as Command);
const image = { name: '', index: '', manifest: '', config: '', blobs: [] };

/** Questions about what bundles bring, by the text of their scripts. */
export const BUNDLE_ANSWERS: readonly (readonly [string, Answer])[] = [
  [ofFact(contentThere({ folder: CONTENT, list: '', stamp: '', wanted: [] })), tellContent],
  [ofFact(nodeImages('', '')), tellImages],
];

/** Commands that put it in its place. */
export const BUNDLE_ACTS: readonly (readonly [string, Act])[] = [
  [scriptOf(placeFiles([])), place],
  [scriptOf(importImage(image)), importOne],
  [scriptOf(removeFolders([IMPORT_BLOBS], [])), removeAll],
];
