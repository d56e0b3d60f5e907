import { ConfigError, type JsonObject } from '@cicd/plugin';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { TSchema } from 'typebox';
import { neededSchema } from '../schema/needed-schema.ts';
import { validatorOptions } from '../schema/validator-options.ts';

const ajv = new Ajv2020({ ...validatorOptions, useDefaults: true });
const validators = new WeakMap<object, ValidateFunction>();

/**
 * A resolved configuration that fits its schema, with defaults filled in. It changes `config`, which must be the
 * caller's own. Errors: `step.config_invalid`, naming each path, never a value.
 */
export function validateConfig(schema: TSchema, config: JsonObject): JsonObject {
  const needed = neededSchema(schema, config);
  let validate = validators.get(needed);
  if (!validate) validators.set(needed, (validate = ajv.compile(needed)));
  if (validate(config)) return config;
  const problems = (validate.errors ?? []).map(describe);
  throw new ConfigError({
    code: 'step.config_invalid',
    message: `the resolved configuration does not fit: ${problems.map(({ path, message }) => `${path} ${message}`).join('; ')}`,
    hint: 'Look at the values that the templates of these keys came to.',
    details: { place: problems[0]?.path },
    problems: problems.map(({ path, message }) => ({ code: 'step.config_invalid', severity: 'error', message, path })),
  });
}

function describe({ instancePath, message, params }: ErrorObject): { path: string; message: string } {
  const segments = instancePath.split('/').slice(1);
  const path = segments
    .map((segment) =>
      /^\d+$/.test(segment) ? `[${segment}]` : `.${segment.replaceAll('~1', '/').replaceAll('~0', '~')}`,
    )
    .join('');
  const extra = params['additionalProperty'] as unknown;
  return {
    path: `config${path}`,
    message: `${message ?? 'is not valid'}${typeof extra === 'string' ? ` (${extra})` : ''}`,
  };
}
