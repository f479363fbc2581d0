import { type Document, isMap, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';
import { Problem } from '../support/problem.ts';

const LISTS = ['clusters', 'users', 'contexts'] as const;
const EMPTY = 'apiVersion: v1\nkind: Config\nclusters: []\nusers: []\ncontexts: []\n';

const invalid = (file: string, why: string) =>
  new Problem('KUBECONFIG_INVALID', `${file}: ${why}`, { hint: 'it was left as it is' });

const read = (text: string, file: string): Document => {
  const document = parseDocument(text.trim() === '' ? EMPTY : text, { logLevel: 'silent' });
  const [error] = document.errors;
  if (error) throw invalid(file, error.message.split('\n')[0] ?? 'no YAML');
  if (!isMap(document.contents) || document.get('kind') !== 'Config') throw invalid(file, 'no kubeconfig');
  for (const list of LISTS) {
    const found = document.get(list);
    if (found === undefined || found === null) document.set(list, document.createNode([]));
    else if (!isSeq(found)) throw invalid(file, `${list} is no list`);
  }
  return document;
};

const listOf = (document: Document, list: (typeof LISTS)[number]) => document.get(list) as YAMLSeq;

const named = (list: YAMLSeq, name: unknown): YAMLMap | undefined =>
  list.items.filter((item) => isMap(item)).find((item) => item.get('name') === name);

const caOf = (cluster: YAMLMap | undefined) => cluster?.getIn(['cluster', 'certificate-authority-data']);

/** Refuses to touch an entry that does not belong to the cluster of ours. */
const refuseClash = (target: Document, ours: Document, file: string): void => {
  const [cluster] = listOf(ours, 'clusters').items as YAMLMap[];
  const theirs = named(listOf(target, 'clusters'), cluster?.get('name'));
  if (theirs && caOf(theirs) === caOf(cluster)) return;
  const hint =
    'add --replace if it is this cluster before a reset, else give the cluster another metadata.name';
  for (const list of LISTS)
    for (const entry of listOf(ours, list).items as YAMLMap[]) {
      const name = entry.get('name');
      if (named(listOf(target, list), name))
        throw new Problem('KUBECONFIG_CLASH', `${file}: another cluster's entry ${name} is in ${list}`, {
          hint,
        });
    }
};

/** Sets what our entry says; what else the operator keeps there, such as a context's namespace, stays. */
const take = (list: YAMLSeq, entry: YAMLMap): void => {
  const there = named(list, entry.get('name'));
  if (!there) {
    list.add(entry);
    return;
  }
  for (const { key, value } of entry.items) {
    const [word, before] = [String(key), there.get(String(key))];
    if (isMap(before) && isMap(value) && word === 'context')
      for (const item of value.items) before.set(item.key, item.value);
    else if (JSON.stringify(before) !== JSON.stringify(value)) there.set(word, value);
  }
};

/**
 * Merges a kubeconfig of edgectl's (one cluster, one user, one context) into an operator's, whose other entries, comments
 * and current context stay; an empty text is a new file. Throws KUBECONFIG_INVALID when `into` is no kubeconfig, and
 * KUBECONFIG_CLASH when one of the names there is of a cluster with another CA, unless it may be replaced.
 */
export const mergeKubeconfig = (
  { into, file }: { readonly into: string; readonly file: string },
  from: string,
  mayReplace: boolean,
): string => {
  const [target, ours] = [read(into, file), read(from, 'kubeconfig')];
  if (!mayReplace) refuseClash(target, ours, file);
  const before = JSON.stringify(target);
  for (const list of LISTS)
    for (const entry of listOf(ours, list).items as YAMLMap[]) take(listOf(target, list), entry);
  if (!target.get('current-context')) target.set('current-context', ours.get('current-context'));
  // As kubectl writes it: long lines, such as certificates, stay one line. Where nothing is new, not even the layout changes.
  return JSON.stringify(target) === before ? into : target.toString({ lineWidth: 0, indentSeq: false });
};
