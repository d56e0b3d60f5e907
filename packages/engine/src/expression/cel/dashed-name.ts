/** How a name with `-` is written in an expression. */
export const underscored = (name: string): string => name.replaceAll('-', '_');

/**
 * The key that a name in an expression means: the very name, else the only one that reads the same with `_`. What is
 * not among an object's own names is looked for in its prototype.
 */
export function findName(values: Readonly<Record<string, unknown>>, name: string): string | undefined {
  if (Object.hasOwn(values, name)) return name;
  const same = Object.keys(values).filter((key) => underscored(key) === name);
  if (same.length > 0) return same.length === 1 ? same[0] : undefined;
  const around: unknown = Object.getPrototypeOf(values);
  const isScope = around !== null && around !== Object.prototype;
  return isScope ? findName(around as Readonly<Record<string, unknown>>, name) : undefined;
}

/** Pairs of names that read the same in an expression (`a-b` and `a_b`): one pipeline cannot have both. */
export function ambiguousNames(names: Iterable<string>): readonly (readonly [string, string])[] {
  const first = new Map<string, string>();
  const pairs: (readonly [string, string])[] = [];
  for (const name of new Set(names)) {
    const earlier = first.get(underscored(name));
    if (earlier === undefined) first.set(underscored(name), name);
    else pairs.push([earlier, name]);
  }
  return pairs;
}
