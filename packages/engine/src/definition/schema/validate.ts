import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { TSchema } from 'typebox';
import { neededSchema } from '../../schema/needed-schema.ts';
import { validatorOptions } from '../../schema/validator-options.ts';

const ajv = new Ajv2020({ ...validatorOptions, verbose: true });
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
