import { type CelFunc, CelScalar, type CelType } from '@bufbuild/cel';
import type { JsonObject } from '@cicd/plugin';

/** The type of an expression as far as it is certain before anything runs; a `number` is an integer or a double. */
export type StaticType =
  'string' | 'number' | 'double' | 'integer' | 'boolean' | 'list' | 'map' | 'timestamp' | 'duration' | 'bytes';

const ofSchema: Readonly<Record<string, StaticType>> = {
  string: 'string',
  number: 'number',
  integer: 'integer',
  boolean: 'boolean',
  array: 'list',
  object: 'map',
};

const ofCel: Readonly<Record<string, StaticType>> = {
  string: 'string',
  int: 'integer',
  uint: 'integer',
  double: 'double',
  bool: 'boolean',
  list: 'list',
  map: 'map',
  bytes: 'bytes',
  'google.protobuf.Timestamp': 'timestamp',
  'google.protobuf.Duration': 'duration',
};

/** A schema's type; undefined where it allows several. */
export function typeOfSchema(schema: JsonObject | undefined): StaticType | undefined {
  return typeof schema?.type === 'string' ? ofSchema[schema.type] : undefined;
}

/** The schema of a member, as far as it is known. */
export function memberSchema(schema: JsonObject | undefined, name: string | undefined): JsonObject | undefined {
  const properties = name === undefined ? undefined : schema?.properties;
  const member =
    isObject(properties) && Object.hasOwn(properties, name as string) ? properties[name as string] : undefined;
  const found = member ?? (schema?.type === 'array' ? schema.items : schema?.additionalProperties);
  return isObject(found) ? found : undefined;
}

export function typeOfCel(type: CelType): StaticType | undefined {
  return ofCel[type.name];
}

/** Overloads that can take arguments of these types. */
export function fitting(
  overloads: readonly CelFunc[],
  target: StaticType | undefined,
  types: readonly (StaticType | undefined)[],
): CelFunc[] {
  return overloads.filter(
    (overload) =>
      (overload.target === undefined || accepts(overload.target, target)) &&
      overload.arguments.every((parameter, index) => accepts(parameter, types[index])),
  );
}

/** The type of a call, where all its overloads agree. */
export function resultOf(overloads: readonly CelFunc[]): StaticType | undefined {
  const types = new Set(overloads.map((overload) => typeOfCel(overload.result)));
  if (types.size === 1) return [...types][0];
  return types.size === 2 && types.has('integer') && types.has('double') ? 'number' : undefined;
}

function accepts(parameter: CelType, type: StaticType | undefined): boolean {
  if (type === undefined || parameter === CelScalar.DYN) return true;
  const wanted = typeOfCel(parameter);
  return (
    wanted === undefined || wanted === type || (type === 'number' && (wanted === 'integer' || wanted === 'double'))
  );
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
