import type { JsonObject } from '@cicd/plugin';
import { underscored } from '../cel/dashed-name.ts';
import type { ExpressionCode } from '../problem.ts';
import { memberSchema } from './static-type.ts';
import { suggestion } from './suggestion.ts';

/** What is wrong with a name; `depth` counts the segments that the problem covers. */
export interface NameProblem {
  readonly code: ExpressionCode;
  readonly message: string;
  readonly hint?: string;
  readonly depth: number;
}

/** What a path leads to before anything runs. */
export interface NameMeaning {
  readonly schema?: JsonObject | undefined;
  readonly problem?: NameProblem;
  readonly secret?: string;
  readonly env?: string;
  readonly steps?: readonly string[];
}

/** The written names after the root of a path; undefined where one is computed. */
export type PathNames = readonly (string | undefined)[];

export const text: JsonObject = { type: 'string' };
export const whole: JsonObject = { type: 'integer' };
export const truth: JsonObject = { type: 'boolean' };
export const anyMap: JsonObject = { type: 'object' };

/** The schema at the end of a way through members. */
export function follow(schema: JsonObject | undefined, names: readonly (string | undefined)[]): JsonObject | undefined {
  return names.reduce<JsonObject | undefined>(memberSchema, schema);
}

/**
 * What a way through members leads to, where some maps are known whole: a name that such a one does not have is a
 * problem. `depth` counts the segments before the way, `path` is those as they are written.
 */
export function resolveMember(
  schema: JsonObject | undefined,
  names: PathNames,
  path: string,
  depth: number,
): NameMeaning {
  let [at, shown] = [schema, path];
  for (const [position, name] of names.entries()) {
    const properties = at?.['additionalProperties'] === false ? at['properties'] : undefined;
    if (name !== undefined && isProperties(properties) && !Object.hasOwn(properties, name)) {
      const hint = suggestion(
        name,
        Object.keys(properties),
        (found) => shown + written(found),
        'Nothing in it has a name.',
      );
      return problem('expression.unknown_output', `\`${shown}\` has no \`${name}\`.`, hint, depth + position + 1);
    }
    at = memberSchema(at, name);
    shown += written(name);
  }
  return { schema: at };
}

/** Below its outputs the names of a step are written as they are. */
const written = (name: string | undefined) =>
  name === undefined ? '[…]' : /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `['${name}']`;

const isProperties = (value: unknown): value is Readonly<Record<string, JsonObject>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

interface Index {
  readonly size: number;
  readonly names: ReadonlyMap<string, readonly string[]>;
}

type Names = ReadonlySet<string> | ReadonlyMap<string, unknown>;

const indexes = new WeakMap<Names, Index>();

/** The name that is meant by a name in an expression; `twins` when several read the same. */
export function findKey(names: Names, wanted: string): { found?: string; twins?: readonly string[] } {
  const same = indexOf(names).get(underscored(wanted)) ?? [];
  if (same.length > 1) return { twins: same };
  const [only] = same;
  return only === wanted || (only !== undefined && underscored(only) === wanted) ? { found: only } : {};
}

function indexOf(names: Names): Index['names'] {
  const kept = indexes.get(names);
  if (kept?.size === names.size) return kept.names;
  const index = Map.groupBy(names.keys(), underscored);
  indexes.set(names, { size: names.size, names: index });
  return index;
}

export function ambiguous(twins: readonly string[], depth: number): NameMeaning {
  const shown = twins.map((name) => `\`${name}\``).join(' and ');
  return problem('expression.ambiguous_name', `${shown} read the same in an expression.`, 'Rename one of them.', depth);
}

export function problem(code: ExpressionCode, message: string, hint: string | undefined, depth: number): NameMeaning {
  return { problem: { code, message, ...(hint === undefined || hint === '' ? {} : { hint }), depth } };
}
