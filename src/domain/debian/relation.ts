import { compareVersions } from './version.ts';

/** How a wanted version compares with the one that is there. */
type Operator = '<<' | '<=' | '=' | '>=' | '>>';

/** One package that another asks for. `arch` is what stands behind its colon: `any`, `native` or an architecture. */
export interface Relation {
  readonly name: string;
  readonly arch?: string;
  readonly operator?: Operator;
  readonly version?: string;
}

/** Alternatives: one of them is enough. */
export type Group = readonly Relation[];

// "<" and ">" are what old packages write for "<=" and ">=".
const OPERATORS: Readonly<Record<string, Operator>> = {
  '<<': '<<',
  '<=': '<=',
  '<': '<=',
  '=': '=',
  '>=': '>=',
  '>': '>=',
  '>>': '>>',
};

const FORM =
  /^([A-Za-z0-9][A-Za-z0-9+.-]*)(?::([a-z0-9-]+))?\s*(?:\(\s*(<<|<=|<|=|>=|>|>>)\s*([^\s)]+)\s*\))?\s*(?:\[([^\]]*)\])?\s*(?:<[^>]*>\s*)*$/;

const isFor = (restriction: string, arch: string): boolean => {
  const words = restriction.trim().split(/\s+/);
  return words.some((word) => word.startsWith('!'))
    ? !words.includes(`!${arch}`)
    : words.includes(arch) || words.includes('any');
};

const relationOf = (text: string, board: string): Relation | 'elsewhere' | undefined => {
  const [whole, name, arch, operator, version, restriction] = FORM.exec(text) ?? [];
  if (whole === undefined || name === undefined) return undefined;
  if (restriction !== undefined && !isFor(restriction, board)) return 'elsewhere';
  const kind = OPERATORS[operator ?? ''];
  return {
    name,
    ...(arch === undefined ? {} : { arch }),
    ...(kind && version !== undefined ? { operator: kind, version } : {}),
  };
};

/**
 * Reads a field such as Depends for a board of one architecture (Debian Policy 7.1): every group is needed. What is
 * restricted to other architectures is left out, build profiles are ignored; what cannot be read becomes a relation
 * that nothing satisfies, so that it shows in the message.
 */
export const readRelations = (field: string, arch: string): readonly Group[] =>
  field.split(',').flatMap((part) => {
    const texts = part
      .split('|')
      .map((text) => text.trim())
      .filter((text) => text !== '');
    const group = texts.flatMap((text) => {
      const relation = relationOf(text, arch);
      return relation === 'elsewhere' ? [] : [relation ?? { name: text }];
    });
    return group.length > 0 ? [group] : [];
  });

/** Whether a version is one that the relation asks for. */
export const admits = ({ operator, version }: Relation, found: string): boolean => {
  if (operator === undefined || version === undefined) return true;
  const order = compareVersions(found, version);
  return {
    '<<': order < 0,
    '<=': order <= 0,
    '=': order === 0,
    '>=': order >= 0,
    '>>': order > 0,
  }[operator];
};

/** A group as people write it: `a (>= 1) | b`. */
export const groupText = (group: Group): string =>
  group
    .map(
      ({ name, arch, operator, version }) =>
        `${name}${arch ? `:${arch}` : ''}${operator ? ` (${operator} ${version})` : ''}`,
    )
    .join(' | ');
