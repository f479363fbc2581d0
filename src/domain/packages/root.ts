/** An entry of a layer (see `LayerEntry` of the ports). */
type Entry<T> =
  | { readonly path: string; readonly value: T }
  | { readonly path: string; readonly link: string }
  | { readonly path: string; readonly is: 'folder' | 'other' | 'unread' | 'gone' | 'opaque' };

interface Node<T> {
  readonly children: Map<string, Node<T>>;
  leaf?: { readonly value: T } | { readonly link: string } | 'unread' | undefined;
}

/** What a container sees of the files in its layers. Links are followed, within its root. */
export interface Root<T> {
  /** What the file at a path says; `unread` where it was too big, undefined where nothing is. */
  at(path: string): { readonly value: T } | 'unread' | undefined;
  /** The paths of what is in a folder, sorted. */
  inside(path: string): readonly string[];
}

/** As many links as Linux follows. */
const MOST_LINKS = 40;

const partsOf = (path: string): readonly string[] =>
  path.split('/').filter((part) => part !== '' && part !== '.');

const joined = (parts: readonly string[]): readonly string[] => {
  const all: string[] = [];
  for (const part of parts)
    if (part === '..') all.pop();
    else all.push(part);
  return all;
};

const find = <T>(root: Node<T>, parts: readonly string[]): Node<T> | undefined => {
  let node: Node<T> | undefined = root;
  for (const part of parts) node = node?.children.get(part);
  return node;
};

const make = <T>(root: Node<T>, parts: readonly string[]): Node<T> => {
  let node = root;
  for (const part of parts) {
    const next: Node<T> = node.children.get(part) ?? { children: new Map() };
    node.children.set(part, next);
    node = next;
  }
  return node;
};

/** Where a path leads once every link on the way is followed; undefined when they never end. */
const follow = <T>(root: Node<T>, path: string): readonly string[] | undefined => {
  let parts = joined(partsOf(path));
  for (let links = 0; links <= MOST_LINKS; links++) {
    let node: Node<T> | undefined = root;
    const at = parts.findIndex((part) => {
      node = node?.children.get(part);
      return typeof node?.leaf === 'object' && 'link' in node.leaf;
    });
    const leaf = node?.leaf;
    if (at < 0 || typeof leaf !== 'object' || !('link' in leaf)) return parts;
    const from = leaf.link.startsWith('/') ? [] : parts.slice(0, at);
    parts = joined([...from, ...partsOf(leaf.link), ...parts.slice(at + 1)]);
  }
  return undefined;
};

/** The same, but a link at the path itself is what is meant. */
const placeOf = <T>(root: Node<T>, path: string): readonly string[] | undefined => {
  const parts = partsOf(path);
  const folder = follow(root, parts.slice(0, -1).join('/'));
  const name = parts.at(-1);
  return folder && (name === undefined ? folder : [...folder, name]);
};

const put = <T>(root: Node<T>, entry: Entry<T>): void => {
  const place = placeOf(root, entry.path);
  if (!place || place.length === 0) return;
  const node = make(root, place);
  node.leaf = undefined;
  if ('is' in entry && entry.is === 'folder') return;
  node.children.clear();
  if ('value' in entry) node.leaf = { value: entry.value };
  else if ('link' in entry) node.leaf = { link: entry.link };
  else if (entry.is === 'unread') node.leaf = 'unread';
};

const take = <T>(root: Node<T>, entry: Entry<T>): void => {
  if (!('is' in entry)) return;
  if (entry.is === 'opaque') find(root, follow(root, entry.path) ?? [])?.children.clear();
  const place = entry.is === 'gone' ? placeOf(root, entry.path) : undefined;
  const name = place?.at(-1);
  if (place && name !== undefined) find(root, place.slice(0, -1))?.children.delete(name);
};

const isRemoval = <T>(entry: Entry<T>): boolean =>
  'is' in entry && (entry.is === 'gone' || entry.is === 'opaque');

/**
 * Lays the layers of an image over one another, the lowest first, as containers see them (OCI image spec, layer.md): what a
 * layer removes goes from those below it only, wherever in the layer that stands.
 */
export const rootOf = <T>(layers: readonly (readonly Entry<T>[])[]): Root<T> => {
  const root: Node<T> = { children: new Map() };
  for (const layer of layers) {
    for (const entry of layer.filter(isRemoval)) take(root, entry);
    for (const entry of layer) if (!isRemoval(entry)) put(root, entry);
  }
  const nodeAt = (path: string) => {
    const parts = follow(root, path);
    return parts && find(root, parts);
  };
  return {
    at(path) {
      const leaf = nodeAt(path)?.leaf;
      return leaf === 'unread' || (leaf && 'value' in leaf) ? leaf : undefined;
    },
    inside: (path) => [...(nodeAt(path)?.children.keys() ?? [])].sort().map((name) => `${path}/${name}`),
  };
};
