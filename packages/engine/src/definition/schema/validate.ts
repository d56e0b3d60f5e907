import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { TSchema } from 'typebox';
import { neededSchema } from '../../schema/needed-schema.ts';

/** Plugins bring their own schemas: what is unusual in them must not stop the check, so strictness is off. */
const ajv = new Ajv2020({
  allErrors: true,
  verbose: true,
  strict: false,
  // Schemas are checked by the tests of their authors, and code that runs once needs no polish.
  validateSchema: false,
  code: { optimize: false },
  validateFormats: false,
  logger: false,
  addUsedSchema: false,
});
ajv.addKeyword('x-cicd');

const compiled = new WeakMap<object, ValidateFunction>();

/** Every way in which a value does not fit a JSON Schema (2020-12). */
export function validate(schema: TSchema | object, value: unknown): readonly ErrorObject[] {
  const asked = neededSchema(schema, value);
  let check = compiled.get(asked);
  if (!check) {
    check = ajv.compile(asked);
    compiled.set(asked, check);
  }
  return check(value) ? [] : (check.errors ?? []);
}
