import { StepFailure, type Json, type JsonObject } from '@cicd/plugin';
import { compileJsonSchema } from '../schema/json-schema.ts';
import { parseOutputsFile } from './outputs-file.ts';
import { largestOutputs } from './transcript.ts';

/**
 * The outputs that commands wrote to `$CICD_OUTPUT`, each of the type that the pipeline declares for it: text unless
 * its schema says `number`, `integer`, `boolean`, or something that is written as JSON.
 *
 * Errors: `step.output_invalid`.
 */
export async function readDeclaredOutputs(
  content: Uint8Array,
  declared: Readonly<Record<string, JsonObject>>,
): Promise<Record<string, Json>> {
  if (content.length > largestOutputs) {
    throw invalid(
      `the step wrote more than ${largestOutputs} bytes to $CICD_OUTPUT`,
      'Store large results as an artifact.',
    );
  }
  const outputs: Record<string, Json> = {};
  for (const [key, text] of parseOutputsFile(Buffer.from(content).toString())) {
    const schema = Object.hasOwn(declared, key) ? declared[key] : undefined;
    if (!schema) {
      throw invalid(
        `the step wrote the output "${key}", which the pipeline does not declare`,
        `Declare it beside the step's config:\n\noutputs:\n  ${key}: { type: string }`,
      );
    }
    const value = convert(key, text, schema);
    const mismatches = (await compileJsonSchema(schema))(value);
    if (mismatches.length > 0) {
      const what = mismatches.map(({ place, message }) => [place, message].filter(Boolean).join(' ')).join('; ');
      throw invalid(`the output "${key}" is not what the pipeline declares: ${what}`);
    }
    outputs[key] = value;
  }
  return outputs;
}

function convert(key: string, text: string, schema: JsonObject): Json {
  const type = schema['type'] ?? 'string';
  if (type === 'string') return text;
  const value = parseJson(text);
  if (value === undefined)
    throw invalid(
      `the output "${key}" is declared as ${JSON.stringify(type)}, and is ${JSON.stringify(text.slice(0, 80))}`,
    );
  return value;
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // No JSON: the caller says so, with the key.
    return undefined;
  }
}

const invalid = (message: string, hint?: string) => new StepFailure({ code: 'step.output_invalid', message, hint });
