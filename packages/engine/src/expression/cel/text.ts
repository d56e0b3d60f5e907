import type { Json } from '@cicd/plugin';

/** A value inside a text. Throws `RangeError` for a map, a list and null, which have no form in text. */
export function textOf(value: Json): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === null) throw new RangeError('null has no form inside a text.');
  throw new RangeError(`A ${Array.isArray(value) ? 'list' : 'map'} has no form inside a text; write \`json(…)\`.`);
}
