import { expect, test } from 'vitest';
import { clusterJsonSchema } from '../../../src/spec/cluster-schema.ts';

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly required?: readonly string[];
}

const schema = clusterJsonSchema() as Schema;

const undescribed = (at: Schema, path: string): readonly string[] => [
  ...Object.entries(at.properties ?? {}).flatMap(([key, value]) => [
    ...(value.description ? [] : [`${path}.${key}`]),
    ...undescribed(value, `${path}.${key}`),
  ]),
  ...(at.items ? undescribed(at.items, `${path}[]`) : []),
];

test('an editor can say what every key of the file is for', () => {
  expect(undescribed(schema, '')).toEqual([]);
  expect(schema).toMatchObject({ title: 'edgectl cluster file', description: expect.any(String) });
});

test('an editor asks only for what has no default, and refuses unknown keys', () => {
  const spec = schema.properties?.['spec'];
  expect(spec?.required).toEqual(['control', 'hosts', 'k3s']);
  expect(spec?.properties?.['hosts']?.items).toMatchObject({
    required: ['address'],
    additionalProperties: false,
  });
});
