import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import type { Fault, PlacedFault, Source } from './fault.ts';
import { syntaxMessage } from './yaml-message.ts';

type Path = readonly PropertyKey[];

const resolved = (document: Document, node: unknown): unknown =>
  isAlias(node) ? node.resolve(document) : node;

const keyText = (key: unknown): string => (isScalar(key) ? String(key.value) : String(key));

/** The node of a path, and of the key that names it; a step that does not exist ends at what does. */
const locate = (document: Document, path: Path): { key?: Node | undefined; value?: Node | undefined } => {
  let found: { key?: Node | undefined; value?: Node | undefined } = { value: document.contents ?? undefined };
  for (const step of path) {
    const parent = resolved(document, found.value);
    if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => keyText(key) === String(step));
      if (!pair) return found;
      found = { key: pair.key as Node, value: (pair.value as Node | null) ?? undefined };
    } else if (isSeq(parent)) {
      const item = parent.items[Number(step)] as Node | undefined;
      if (!item) return found;
      found = { value: item };
    } else return found;
  }
  return found;
};

// An empty value (`name:`) has a range of no length after the colon: its key says more.
const startOf = ({ key, value }: ReturnType<typeof locate>, on: Fault['on']): number => {
  const empty = !value?.range || value.range[0] === value.range[1];
  const node = key && (on === 'key' || empty) ? key : value;
  return node?.range?.[0] ?? 0;
};

const endOf = ({ key, value }: ReturnType<typeof locate>): number => (value ?? key)?.range?.[1] ?? 0;

const place = (document: Document, fault: Fault): PlacedFault => {
  const found = locate(document, fault.path);
  return { start: startOf(found, fault.on), end: endOf(found), message: fault.message };
};

const badAliases = (document: Document): readonly PlacedFault[] => {
  const faults: PlacedFault[] = [];
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document)) return;
      const [start = 0, end = 0] = alias.range ?? [];
      faults.push({ start, end, message: `no anchor "&${alias.source}" stands before this` });
    },
  });
  return faults;
};

/** Reads YAML into a plain value that knows where in the text each part of it stands. Never throws. */
export const readYaml = (text: string): Source => {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    logLevel: 'error',
  });
  const found = [...document.errors, ...document.warnings]
    .map(({ code, message, pos: [start, end] }) => ({
      start,
      end,
      message: syntaxMessage(code, message, text.slice(start)),
      breaks: code !== 'DUPLICATE_KEY' && code !== 'TAG_RESOLVE_FAILED',
    }))
    .toSorted((one, other) => one.start - other.start);
  const base = {
    position: (offset: number) => lines.linePos(offset),
    place: (fault: Fault) => place(document, fault),
  };
  const lineOf = ({ start }: PlacedFault) => lines.linePos(start).line;
  // What follows a syntax error on its line is mostly its echo.
  const telling = found.filter(
    (fault, index) =>
      !fault.breaks || index === found.findIndex((other) => other.breaks && lineOf(other) === lineOf(fault)),
  );
  const syntax = [...telling, ...badAliases(document)];
  const breaks = found.filter((fault) => fault.breaks).map(({ start }) => start);
  try {
    return { ...base, syntax, value: document.toJS(), trusted: Math.min(...breaks, text.length + 1) };
  } catch {
    // An alias without its anchor is in `syntax`; the library also refuses those that multiply without end.
    const why = { start: 0, end: 0, message: 'the aliases of this file expand too far' };
    return { ...base, syntax: syntax.length > 0 ? syntax : [why], value: undefined, trusted: 0 };
  }
};
