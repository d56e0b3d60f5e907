import { isDeepStrictEqual } from 'node:util';
import type { Json } from '@cicd/plugin';

/** Whether what was found holds against what is wanted. */
type Comparison = (found: Json | undefined, wanted: Json) => boolean;

const isThere: Comparison = (found) => found !== undefined && found !== null;

const isAmong = (one: Json | undefined, list: Json | undefined): boolean =>
  Array.isArray(list) && list.some((each) => isDeepStrictEqual(each, one));

/** Numbers among each other, and texts by their code units; nothing else has an order. */
const ordered =
  (test: (order: number) => boolean): Comparison =>
  (found, wanted) => {
    if (typeof found === 'number' && typeof wanted === 'number') return test(found - wanted);
    if (typeof found !== 'string' || typeof wanted !== 'string') return false;
    return test(found < wanted ? -1 : found > wanted ? 1 : 0);
  };

export const comparisons = {
  equals: isDeepStrictEqual as Comparison,
  not_equals: (found, wanted) => !isDeepStrictEqual(found, wanted),
  in: isAmong,
  not_in: (found, wanted) => !isAmong(found, wanted),
  contains: (found, wanted) =>
    typeof found === 'string' ? typeof wanted === 'string' && found.includes(wanted) : isAmong(wanted, found),
  less: ordered((order) => order < 0),
  at_most: ordered((order) => order <= 0),
  greater: ordered((order) => order > 0),
  at_least: ordered((order) => order >= 0),
  exists: isThere,
  missing: (found, wanted) => !isThere(found, wanted),
} as const satisfies Record<string, Comparison>;

export type ComparisonName = keyof typeof comparisons;
export const comparisonNames = Object.keys(comparisons) as readonly ComparisonName[];
