/** A closed object's schema, as far as it matters here. */
interface ObjectSchema {
  readonly properties: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
}

/** More combinations of keys than this in one process, and the whole schema is compiled after all. */
const maximumCombinations = 16;

const narrowed = new WeakMap<object, Map<string, object>>();

/**
 * The part of an object's schema that can say anything about `value`: properties that are neither present nor
 * required nor have a default are left out. Compiling a schema is the dearest part of checking a small pipeline, and
 * most steps use few of the keys of their type. The whole schema comes back for a value with an unknown key, so that
 * the error knows all the known ones.
 */
export function neededSchema(schema: object, value: unknown): object {
  if (!isObjectSchema(schema) || typeof value !== 'object' || value === null || Array.isArray(value)) return schema;
  const { properties, required = [] } = schema;
  const present = Object.keys(value);
  if (!present.every((key) => Object.hasOwn(properties, key))) return schema;
  const known = narrowed.get(schema) ?? new Map<string, object>();
  narrowed.set(schema, known);
  const combination = present.toSorted().join();
  const found = known.get(combination);
  if (found) return found;
  if (known.size >= maximumCombinations) return schema;
  const needed = new Set([...present, ...required]);
  const kept = Object.entries(properties).filter(([key, property]) => needed.has(key) || 'default' in property);
  const narrow = { ...schema, properties: Object.fromEntries(kept) };
  known.set(combination, narrow);
  return narrow;
}

const isObjectSchema = (schema: object): schema is ObjectSchema =>
  'properties' in schema &&
  'additionalProperties' in schema &&
  schema.additionalProperties === false &&
  // Whatever speaks of several properties at once is left whole.
  Object.keys(schema).every((keyword) => plainKeywords.has(keyword));

const plainKeywords = new Set(['type', 'properties', 'required', 'additionalProperties', 'description', 'title']);
