import { Value } from 'typebox/value';
import type { Static, TSchema } from 'typebox';

/** A configuration as the engine hands it over: defaults filled in, checked. */
export function configOf<Schema extends TSchema>(schema: Schema, written: unknown): Static<Schema> {
  const filled = Value.Default(schema, structuredClone(written));
  const problems = Value.Errors(schema, filled);
  if (problems.length > 0)
    throw new Error(problems.map(({ instancePath, message }) => `${instancePath} ${message}`).join('\n'));
  return filled as Static<Schema>;
}
