type Path = readonly PropertyKey[];

/** What stands at a path of a plain value; absent: undefined. */
export const rawAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (at, step) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, step) ? Reflect.get(at, step) : undefined,
    value,
  );

/** The text at a path; '' when something else stands there. */
export const textAt = (value: unknown, path: Path): string => {
  const found = rawAt(value, path);
  return typeof found === 'string' ? found : '';
};

/** The list at a path; empty when something else stands there. */
export const listAt = (value: unknown, path: Path): readonly unknown[] => {
  const found = rawAt(value, path);
  return Array.isArray(found) ? found : [];
};

/** The entries of the mapping at a path; empty when something else stands there. */
export const entriesAt = (value: unknown, path: Path): readonly (readonly [string, unknown])[] => {
  const found = rawAt(value, path);
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? Object.entries(found) : [];
};
