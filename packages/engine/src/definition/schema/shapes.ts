import { Type, type Static, type TProperties, type TSchema, type TSchemaOptions } from 'typebox';

/** A map with the keys given, and no others. */
export const Closed = <Properties extends TProperties>(properties: Properties, options: TSchemaOptions = {}) =>
  Type.Object(properties, { additionalProperties: false, ...options });

/** A map from free keys to one kind of value. */
export const MapOf = <Value extends TSchema>(
  value: Value,
  options: TSchemaOptions & { readonly propertyNames?: { readonly pattern: string } } = {},
) => Type.Unsafe<Record<string, Static<Value>>>({ type: 'object', additionalProperties: value, ...options });

/** One value, or a list of such. */
export const OneOrMore = <Value extends TSchema>(value: Value, options: TSchemaOptions = {}) =>
  Type.Union([value, Type.Array(value, { minItems: 1 })], options);
