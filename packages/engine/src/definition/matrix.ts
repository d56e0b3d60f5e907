import type { Json, JsonObject } from '@cicd/plugin';
import { hasTemplate } from '../expression/index.ts';

/** Axes in the order of the file. A text is a template that yields the list; a member may be a template too. */
export interface MatrixDefinition {
  readonly axes: Readonly<Record<string, readonly Json[] | string>>;
  readonly include: readonly JsonObject[];
  readonly exclude: readonly JsonObject[];
  readonly maxParallel?: number;
}

export const maximumCombinations = 256;
const settings = new Set(['include', 'exclude', 'max_parallel']);

/** Reads a matrix. What does not fit its schema is left out, or is an axis that nothing is known of. */
export function readMatrix(written: JsonObject): MatrixDefinition {
  const axes = Object.entries(written).filter(([key]) => !settings.has(key));
  const maxParallel = written['max_parallel'];
  return {
    axes: Object.fromEntries(
      axes.map(([name, values]) => [name, Array.isArray(values) || typeof values === 'string' ? values : '']),
    ),
    include: mapsOf(written['include']),
    exclude: mapsOf(written['exclude']),
    ...(typeof maxParallel === 'number' ? { maxParallel } : {}),
  };
}

const mapsOf = (written: Json | undefined): readonly JsonObject[] =>
  Array.isArray(written)
    ? written.filter(
        (entry): entry is JsonObject => typeof entry === 'object' && entry !== null && !Array.isArray(entry),
      )
    : [];

/** How many combinations there are; infinity when too many, undefined when that depends on inputs. */
export function countCombinations({ axes, include, exclude }: MatrixDefinition): number | undefined {
  const literal = Object.entries(axes).flatMap(([name, values]) =>
    typeof values === 'string' || values.some(isTemplate) ? [] : [[name, values] as const],
  );
  if (literal.length < Object.keys(axes).length) return undefined;
  if ([...include, ...exclude].some((entry) => Object.values(entry).some(isTemplate))) return undefined;
  return expandMatrix(Object.fromEntries(literal), include, exclude)?.length ?? Number.POSITIVE_INFINITY;
}

const isTemplate = (value: Json) => typeof value === 'string' && hasTemplate(value);

/** Every name that `matrix.` may be followed by. */
export function matrixKeys(matrix: MatrixDefinition): ReadonlySet<string> {
  return new Set([...Object.keys(matrix.axes), ...matrix.include.flatMap((entry) => Object.keys(entry))]);
}

/**
 * The combinations, in the order of the file: the last axis turns fastest, members that `include` adds come last.
 * `exclude` takes away what holds all its values; an `include` whose values contradict no combination's axes is
 * added to those that it fits, and is a combination of its own otherwise. (The rules of
 * https://docs.github.com/actions/using-jobs/using-a-matrix-for-your-jobs, which people know.)
 *
 * Undefined when there would be more than `maximumCombinations`.
 */
export function expandMatrix(
  axes: Readonly<Record<string, readonly Json[]>>,
  include: readonly JsonObject[],
  exclude: readonly JsonObject[],
): readonly JsonObject[] | undefined {
  const names = Object.keys(axes);
  const total = names.reduce((product, name) => product * (axes[name]?.length ?? 0), 1);
  // A product far over the limit is not worth building, even when `exclude` would thin it out.
  if (total > maximumCombinations * 16) return undefined;
  let combinations: readonly JsonObject[] = names.length === 0 ? [] : [{}];
  for (const name of names)
    combinations = combinations.flatMap((combination) =>
      (axes[name] ?? []).map((value) => ({ ...combination, [name]: value })),
    );
  const kept = combinations.filter((combination) => !exclude.some((entry) => holds(combination, entry)));

  const added = kept.map((combination): Record<string, Json> => ({ ...combination }));
  const own: JsonObject[] = [];
  for (const entry of include) {
    const fitting = kept.flatMap((combination, index) =>
      Object.keys(entry).every((key) => !(key in axes) || same(combination[key], entry[key])) ? [index] : [],
    );
    if (fitting.length === 0) own.push(entry);
    for (const index of fitting) Object.assign(added[index] ?? {}, entry);
  }
  const all = [...added, ...own];
  return all.length > maximumCombinations ? undefined : all;
}

const holds = (combination: JsonObject, entry: JsonObject) =>
  Object.entries(entry).every(([key, value]) => same(combination[key], value));
const same = (a: Json | undefined, b: Json | undefined) => JSON.stringify(a) === JSON.stringify(b);
