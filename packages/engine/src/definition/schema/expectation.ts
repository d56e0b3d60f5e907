import { isMap } from '../is-map.ts';

/** What a JSON Schema accepts, as far as a sentence about it needs. */
type SchemaLike = Readonly<Record<string, unknown>>;

function branchesOf(schema: SchemaLike): readonly unknown[] {
  const branches = schema['anyOf'] ?? schema['oneOf'];
  return Array.isArray(branches) ? branches : [];
}

/** The values that a schema lists; empty when some of its branches are open. */
export function choicesOf(schema: unknown): readonly unknown[] {
  if (!isMap(schema)) return [];
  if (Array.isArray(schema['enum'])) return schema['enum'];
  if ('const' in schema) return [schema['const']];
  return branchesOf(schema).flatMap(choicesOf);
}

/** JSON types that a schema accepts; empty when any will do. */
export function typesOf(schema: unknown): readonly string[] {
  if (!isMap(schema)) return [];
  const type = schema['type'];
  if (typeof type === 'string') return [type];
  if (Array.isArray(type)) return type.map(String);
  if (Array.isArray(schema['enum'])) return [...new Set(schema['enum'].map(typeOf))];
  if ('const' in schema) return [typeOf(schema['const'])];
  const branches = branchesOf(schema).map(typesOf);
  return branches.some((types) => types.length === 0) ? [] : [...new Set(branches.flat())];
}

export function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}
