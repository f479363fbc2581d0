import { isAlias, isCollection, isMap, isSeq, type Node, parseDocument, type YAMLSeq } from 'yaml';
import { Problem } from '../support/problem.ts';
import { didYouMean } from '../support/similar.ts';
import type { HostEntry } from './cluster-schema.ts';
import { manyLines, oneLine } from './cluster-text.ts';

// The text is cut and pasted by the places that YAML's reader gives: writing the whole document anew would keep its
// comments, but not its blank lines, quotes and columns.

interface Hosts {
  readonly list: YAMLSeq;
  readonly items: readonly {
    readonly start: number;
    readonly end: number;
    readonly keys: readonly string[];
  }[];
}

const hostsOf = (text: string): Hosts => {
  const document = parseDocument(text, { keepSourceTokens: true, logLevel: 'silent' });
  const list = document.getIn(['spec', 'hosts']);
  if (!isSeq(list) || list.items.length === 0 || document.errors.length > 0) {
    throw new Problem('CLUSTER_FILE_INVALID', 'the cluster file has no list of hosts to edit');
  }
  const items = list.items.map((item) => {
    const node = item as Node;
    const [start, end] = node.range ?? [0, 0];
    const host = isAlias(node) ? node.resolve(document) : node;
    const keys = isMap(host) ? [host.get('name'), host.get('address')] : [];
    // A block's range reaches to the next thing in the file; its last line does not.
    const last = start + text.slice(start, end).trimEnd().length;
    return { start, end: last, keys: keys.filter((key) => typeof key === 'string') };
  });
  return { list, items };
};

const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

const lineEnd = (text: string, offset: number): number => {
  const end = text.slice(offset).search(/\r?\n/);
  return end < 0 ? text.length : offset + end;
};

const insert = (text: string, offset: number, piece: string): string =>
  text.slice(0, offset) + piece + text.slice(offset);

/** `item` starts a line of its own, so the new one does too. A comment behind `item` stays behind it. */
const addToFlow = (
  text: string,
  { list, items }: Hosts,
  item: Hosts['items'][number],
  host: object,
): string => {
  const before = items.at(-2)?.end ?? list.range?.[0] ?? 0;
  if (!text.slice(before, item.start).includes('\n')) return insert(text, item.end, `, ${oneLine(host)}`);
  const indent = ' '.repeat(item.start - lineStart(text, item.start));
  const rest = text.slice(item.end, list.range?.[1]).replace(/#.*/g, '');
  const end = lineEnd(text, item.end);
  const comma = rest.includes(',') ? '' : ',';
  return insert(insert(text, end, `\n${indent}${oneLine(host)}`), item.end, comma);
};

const addToBlock = (text: string, { list }: Hosts, item: Hosts['items'][number], host: object): string => {
  const start = list.range?.[0] ?? 0;
  const indent = ' '.repeat(start - lineStart(text, start));
  const last = list.items.at(-1);
  const lines = isCollection(last) && !last.flow ? manyLines(host) : [oneLine(host)];
  const piece = lines.map((line, index) => `\n${indent}${index === 0 ? '- ' : '  '}${line}`).join('');
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  return insert(text, lineEnd(text, item.end), piece.replaceAll('\n', newline));
};

/**
 * The cluster file with one more host, behind the others and written as they are. Everything else stays byte for byte.
 * Throws CLUSTER_FILE_INVALID for a text that has no hosts; whether the result is right, `readClusterFile` says.
 */
export const addHost = (text: string, host: HostEntry): string => {
  const hosts = hostsOf(text);
  const item = hosts.items.at(-1);
  if (!item) return text;
  return hosts.list.flow ? addToFlow(text, hosts, item, host) : addToBlock(text, hosts, item, host);
};

const dashOf = (list: YAMLSeq, index: number): number | undefined => {
  const token = list.srcToken;
  const before = token?.type === 'block-seq' ? token.items[index]?.start : undefined;
  return before?.find(({ type }) => type === 'seq-item-ind')?.offset;
};

/** Whether nothing else stands on the lines between two places, but a comma and a comment behind. */
const ownLines = (text: string, start: number, end: number): boolean =>
  text.slice(lineStart(text, start), start).trim() === '' &&
  /^,?\s*(#.*)?$/.test(text.slice(end, lineEnd(text, end)));

const withoutLines = (text: string, start: number, end: number): string => {
  const before = text.slice(0, lineStart(text, start));
  const after = text.slice(lineEnd(text, end));
  return after === '' ? before.trimEnd() : before + after.replace(/^\r?\n/, '');
};

/**
 * The cluster file without one host, found by name or address. Comments above it stay, for they may speak of others.
 * Throws FLAG_INVALID when no host is called so, or when it is the only one.
 */
export const removeHost = (text: string, key: string): string => {
  const { list, items } = hostsOf(text);
  const index = items.findIndex(({ keys }) => keys.includes(key));
  const item = items[index];
  if (!item) {
    const known = items.flatMap(({ keys }) => keys);
    throw new Problem('FLAG_INVALID', `no host is called "${key}"${didYouMean(key, known)}`);
  }
  if (items.length === 1) {
    throw new Problem('FLAG_INVALID', `"${key}" is the only host of the cluster`, {
      hint: 'edgectl reset takes the whole cluster away',
    });
  }
  const start = list.flow ? item.start : (dashOf(list, index) ?? item.start);
  if (ownLines(text, start, item.end)) return withoutLines(text, start, item.end);
  const next = items[index + 1];
  return next
    ? text.slice(0, item.start) + text.slice(next.start)
    : text.slice(0, items[index - 1]?.end) + text.slice(item.end);
};
