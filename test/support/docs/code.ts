import { readFileSync } from 'node:fs';
import ts from 'typescript';

const parse = (path: string): ts.SourceFile =>
  ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** The doc comment of the exported constant that a file named `verb-object.ts` is there for, on one line. */
export const commentOf = (path: string, id: string): string => {
  const name = id.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  for (const statement of parse(path).statements) {
    if (!ts.isVariableStatement(statement)) continue;
    if (!statement.declarationList.declarations.some((one) => one.name.getText() === name)) continue;
    return ts
      .getJSDocCommentsAndTags(statement)
      .map(({ comment }) => oneLine(ts.getTextOfJSDocComment(comment) ?? ''))
      .join(' ');
  }
  throw new Error(`${path} exports no ${name}: a file is named after what it is there for`);
};

/** One type of event: its name and its other fields, as they stand in the code. */
export interface EventType {
  readonly type: string;
  readonly fields: readonly string[];
}

const literals = (node: ts.TypeNode): readonly ts.TypeLiteralNode[] => {
  if (ts.isTypeLiteralNode(node)) return [node];
  if (ts.isParenthesizedTypeNode(node)) return literals(node.type);
  return ts.isIntersectionTypeNode(node) ? node.types.flatMap(literals) : [];
};

const named = (node: ts.TypeNode): readonly string[] => {
  if (ts.isTypeReferenceNode(node)) return [node.getText()];
  if (ts.isParenthesizedTypeNode(node)) return named(node.type);
  return ts.isIntersectionTypeNode(node) ? node.types.flatMap(named) : [];
};

const fieldsOf = (members: ts.NodeArray<ts.TypeElement>): readonly string[] =>
  members.map((member) => oneLine(member.getText().replaceAll('readonly ', '')).replace(/;$/, ''));

/** The types of events in \`Happening\`, with the fields of the interfaces that they share. */
export const eventTypes = (path: string): readonly EventType[] => {
  const { statements } = parse(path);
  const shared = new Map(
    statements.filter(ts.isInterfaceDeclaration).map(({ name, members }) => [name.text, fieldsOf(members)]),
  );
  const happening = statements
    .filter(ts.isTypeAliasDeclaration)
    .find(({ name }) => name.text === 'Happening');
  if (!happening || !ts.isUnionTypeNode(happening.type)) throw new Error(`${path} has no union Happening`);
  return happening.type.types.map((member) => {
    const own = literals(member).flatMap(({ members }) => fieldsOf(members));
    const fields = [...named(member).flatMap((name) => shared.get(name) ?? []), ...own];
    const type = /^type: '(.*)'$/.exec(fields.find((field) => field.startsWith('type: ')) ?? '')?.[1];
    if (type === undefined) throw new Error(`an event of ${path} has no type: ${member.getText()}`);
    return { type, fields: fields.filter((field) => !field.startsWith('type: ')) };
  });
};
