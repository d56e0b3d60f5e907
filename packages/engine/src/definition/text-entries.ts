import { isMap } from './is-map.ts';

/** The entries of a map whose values are text; others were reported with the shape. */
export function textEntries(written: unknown): Readonly<Record<string, string>> {
  if (!isMap(written)) return {};
  return Object.fromEntries(
    Object.entries(written).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
