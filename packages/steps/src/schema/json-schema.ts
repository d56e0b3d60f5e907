import type { ErrorObject } from 'ajv';
import type { Json, JsonObject } from '@cicd/plugin';

/** One thing that does not fit, with its place as a JSON pointer; the empty place is the value itself. */
export interface Mismatch {
  readonly place: string;
  readonly message: string;
}

/**
 * Checks values against a schema of the user: draft 2020-12 unless its `$schema` names draft 7, unknown keywords and
 * formats ignored, as both drafts say. The validator is loaded on first use. Throws what the validator says of a
 * schema that is none.
 */
export async function compileJsonSchema(schema: JsonObject): Promise<(value: Json) => readonly Mismatch[]> {
  const draft7 = typeof schema['$schema'] === 'string' && schema['$schema'].includes('draft-07');
  // Modules of ours between: a bundler gives a dynamic import of the library itself no names.
  const { Validator } = draft7 ? await import('./draft-07-validator.ts') : await import('./draft-2020-validator.ts');
  const validate = new Validator({ allErrors: true, strict: false, validateFormats: false }).compile(schema);
  return (value) => {
    validate(value);
    return (validate.errors ?? []).map(({ instancePath, message, params }: ErrorObject) => ({
      place: instancePath,
      message: `${message ?? 'does not fit'}${extra(params)}`,
    }));
  };
}

/** What the sentence of the validator leaves out: which property, which values. */
function extra(params: Record<string, unknown>): string {
  if (typeof params['additionalProperty'] === 'string') return ` (${params['additionalProperty']})`;
  if (Array.isArray(params['allowedValues'])) return `: ${params['allowedValues'].join(', ')}`;
  return '';
}
