import * as z from 'zod';
import { didYouMean } from '../support/similar.ts';
import type { Fault } from './fault.ts';
import { rawAt } from './raw.ts';

type Path = readonly PropertyKey[];

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

const ITEMS: Readonly<Record<string, string>> = {
  debs: 'an archive',
  hosts: 'a host',
  steps: 'a step',
  images: 'an image',
  trust: 'a trust key',
  waive: 'a waive entry',
};

/** What a value should be, for the issues whose schema does not say it itself. */
const wanted: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === 'invalid_type') return TYPES[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value') return issue.values.join(' or ');
  return undefined;
};

// People look for a place for these, and there is none on purpose.
const SECRETS: Readonly<Record<string, string>> = {
  password: 'EDGECTL_SSH_PASSWORD',
  passphrase: 'EDGECTL_SSH_PASSPHRASE',
  sudoPassword: 'EDGECTL_SUDO_PASSWORD',
  token: 'EDGECTL_HUB_TOKEN',
};

const hintFor = (key: string, known: readonly string[]): string => {
  if (known.includes(`${key}Env`))
    return `; no secret belongs in this file: name the variable that has it in "${key}Env"`;
  const variable = Object.hasOwn(SECRETS, key) ? SECRETS[key] : undefined;
  return variable === undefined
    ? didYouMean(key, known)
    : `; no secret belongs in this file: edgectl asks for it, or reads ${variable}`;
};

const shown = (value: unknown): string => {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value !== 'string') return String(value);
  // A user and password in front of a host name are nobody's business.
  const text = JSON.stringify(value.replace(/:\/\/\S*@/, '://‹…›@'));
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text;
};

const inner = (schema: z.core.$ZodType): z.core.$ZodType =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault
    ? inner(schema.def.innerType)
    : schema;

const child = (schema: z.core.$ZodType, step: PropertyKey): z.core.$ZodType | undefined => {
  if (schema instanceof z.ZodObject) return schema.shape[String(step)];
  if (schema instanceof z.ZodArray) return schema.def.element;
  if (schema instanceof z.ZodRecord) return schema.def.valueType;
  return undefined;
};

const keysAt = (schema: z.core.$ZodType, [step, ...rest]: Path): readonly string[] => {
  const here = inner(schema);
  if (step === undefined) return here instanceof z.ZodObject ? Object.keys(here.shape) : [];
  const next = child(here, step);
  return next ? keysAt(next, rest) : [];
};

/** What the mapping at a path is called: `a host`, `ssh`, `the file`. */
const nounOf = (path: Path): string => {
  const last = path.at(-1);
  if (last === undefined) return 'the file';
  return typeof last === 'number'
    ? (ITEMS[String(path.at(-2))] ?? `an entry of ${String(path.at(-2))}`)
    : String(last);
};

const labelOf = (path: Path): string =>
  typeof path.at(-1) === 'string' ? `"${String(path.at(-1))}"` : nounOf(path);

const faultsOf = (schema: z.ZodType, value: unknown, issue: z.core.$ZodIssue): readonly Fault[] => {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, path);
    return issue.keys.map((key) => ({
      path: [...path, key],
      on: 'key',
      message: `unknown key "${key}" in ${nounOf(path)}${hintFor(key, known)}`,
    }));
  }
  const parent = path.slice(0, -1);
  if (issue.code === 'invalid_key') {
    const want = issue.issues[0]?.message ?? issue.message;
    return [{ path, on: 'key', message: `key ${labelOf(path)} in ${nounOf(parent)} wants ${want}` }];
  }
  const found = rawAt(value, path);
  if (found === undefined && path.length > 0) {
    return [{ path: parent, on: 'key', message: `missing key ${labelOf(path)} in ${nounOf(parent)}` }];
  }
  return [{ path, on: 'value', message: `${labelOf(path)} wants ${issue.message}, got ${shown(found)}` }];
};

/** The value as the schema reads it, defaults filled in, and every way in which it does not fit. */
export const checkSchema = <T>(
  schema: z.ZodType<T>,
  value: unknown,
): { readonly data?: T; readonly faults: readonly Fault[] } => {
  const result = schema.safeParse(value, { error: wanted });
  if (result.success) return { data: result.data, faults: [] };
  return { faults: result.error.issues.flatMap((issue) => faultsOf(schema, value, issue)) };
};
