import type { Json } from '@cicd/plugin';

/**
 * JSON with its keys in order and without white space, so that equal data has equal bytes: RFC 8785, whose number
 * and text forms are JavaScript's own. `undefined` members are left out.
 */
export function canonicalJson(value: Json | object): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalJson(item)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value as Readonly<Record<string, Json | undefined>>).filter(
    (member): member is [string, Json] => member[1] !== undefined,
  );
  // By UTF-16 units, as the RFC wants and as `<` compares.
  const ordered = members.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${ordered.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}
