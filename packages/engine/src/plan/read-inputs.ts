import { typeWords } from '../definition/schema/type-words.ts';
import type { Json, JsonObject, Problem } from '@cicd/plugin';
import type { InputDefinition, PipelineDefinition } from '../definition/index.ts';
import { explain } from '../definition/schema/explain.ts';
import { validate } from '../definition/schema/validate.ts';
import { didYouMean } from '../definition/suggestion.ts';

interface ReadInputs {
  readonly inputs: JsonObject;
  readonly problems: readonly Problem[];
}

/**
 * The inputs of a run: given ones read and checked, defaults filled in. A text given for an input of another type is
 * read as it would be on a command line: `3`, `true`, `["a", "b"]`.
 */
export function readInputs(definition: Pick<PipelineDefinition, 'name' | 'inputs'>, given: JsonObject): ReadInputs {
  const problems: Problem[] = [];
  const declared = Object.keys(definition.inputs);
  const report = (code: Problem['code'], name: string, message: string, hint?: string) =>
    problems.push({
      code,
      severity: 'error',
      message,
      ...(hint === undefined ? {} : { hint }),
      path: `inputs.${name}`,
    });

  for (const name of Object.keys(given)) {
    if (Object.hasOwn(definition.inputs, name)) continue;
    const hint =
      declared.length === 0 ? `\`${definition.name}\` declares no inputs.` : `The inputs are ${declared.join(', ')}.`;
    report(
      'plan.input_unknown',
      name,
      `\`${definition.name}\` has no input \`${name}\`${didYouMean(name, declared)}`,
      hint,
    );
  }
  const inputs: Record<string, Json> = {};
  for (const [name, input] of Object.entries(definition.inputs)) {
    const written = Object.hasOwn(given, name) ? given[name] : undefined;
    if (written === undefined) {
      if (input.default !== undefined) inputs[name] = input.default;
      else if (input.required)
        report(
          'plan.input_missing',
          name,
          `the input \`${name}\` has no value${input.description === undefined ? '' : ` (${input.description})`}`,
          `Give one: --input ${name}=…, or a \`default\` in the file.`,
        );
      continue;
    }
    const value = typeof written === 'string' ? readText(written, input) : written;
    const findings =
      value === undefined
        ? []
        : explain(validate(input.schema, value), {
            value,
            path: ['inputs', name],
            acceptsTemplates: false,
            written: () => undefined,
          });
    if (value === undefined)
      report(
        'plan.input_invalid',
        name,
        `the input \`${name}\` must be ${typeWords[input.type]}, not \`${shorten(JSON.stringify(written))}\``,
        examples[input.type],
      );
    for (const { message, hint } of findings) report('plan.input_invalid', name, `input ${message}`, hint);
    if (value !== undefined && findings.length === 0) inputs[name] = value;
  }
  return { inputs, problems };
}

/** Undefined when the text is no value of the type. */
function readText(text: string, input: InputDefinition): Json | undefined {
  switch (input.type) {
    case 'string':
      return text;
    case 'integer':
      return /^-?\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
    case 'number':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'list':
    case 'map':
      return readJson(text, input.type);
  }
}

function readJson(text: string, type: 'list' | 'map'): Json | undefined {
  try {
    const value = JSON.parse(text) as Json;
    const isRight =
      type === 'list' ? Array.isArray(value) : typeof value === 'object' && value !== null && !Array.isArray(value);
    return isRight ? value : undefined;
  } catch {
    return undefined;
  }
}

const shorten = (text: string) => (text.length > 60 ? `${text.slice(0, 59)}…` : text);
const examples = {
  string: undefined,
  integer: 'Write digits: 3.',
  number: 'Write a number: 0.5.',
  boolean: 'Write true or false.',
  list: 'Write JSON: ["a", "b"].',
  map: 'Write JSON: {"a": 1}.',
} as const;
