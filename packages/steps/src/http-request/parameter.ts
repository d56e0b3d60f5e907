import { Type, type Static } from 'typebox';
import type { Json, JsonObject } from '@cicd/plugin';
import { convert } from '../data/convert.ts';
import { closed } from '../schema/fields.ts';

/** What a parameter of the path, the query or the headers is to be. */
export const parameter = Type.Object(
  {
    type: Type.Optional(
      Type.Enum(['string', 'integer', 'number', 'boolean', 'list'], {
        description: 'Its type; text where nothing is said. A `list` is every value of the name.',
      }),
    ),
    required: Type.Optional(Type.Boolean({ description: 'Whether the request must have it.' })),
    default: Type.Optional(Type.Unknown({ description: 'Its value when the request has none.' })),
    enum: Type.Optional(Type.Array(Type.Unknown(), { minItems: 1, description: 'The values that it may have.' })),
  },
  closed,
);

export type Parameter = Static<typeof parameter>;

export interface ReadParameters {
  readonly values: JsonObject;
  readonly problems: readonly string[];
}

/** Reads what is declared; what the request has besides is left out. `where`: `query`. */
export function readParameters(
  declared: Readonly<Record<string, Parameter>>,
  given: JsonObject,
  where: string,
): ReadParameters {
  const problems: string[] = [];
  const values: Record<string, Json> = {};
  for (const [name, wanted] of Object.entries(declared)) {
    const written = Object.hasOwn(given, name) ? given[name] : undefined;
    if (written === undefined) {
      if (wanted.default !== undefined) values[name] = wanted.default as Json;
      else if (wanted.required) problems.push(`${where}.${name} is missing`);
      else values[name] = null;
      continue;
    }
    const { type = 'string' } = wanted;
    const value = typed(written, type);
    if (value === undefined) problems.push(`${where}.${name} is no ${type}`);
    else if (wanted.enum && !wanted.enum.includes(value))
      problems.push(`${where}.${name} is none of ${wanted.enum.join(', ')}`);
    else values[name] = value;
  }
  return { values, problems };
}

function typed(written: Json, type: NonNullable<Parameter['type']>): Json | undefined {
  if (type === 'list') return Array.isArray(written) ? (written as readonly Json[]) : [written];
  // A name that came twice where one value is wanted is a mistake, or somebody's trick.
  return convert(written, type);
}
