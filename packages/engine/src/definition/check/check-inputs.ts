import type { Json } from '@cicd/plugin';
import type { DocumentPath } from '../document-path.ts';
import type { InputDefinition, InputType } from '../pipeline-definition.ts';
import type { ProblemList } from '../problem-list.ts';
import { explain } from '../schema/explain.ts';
import type { WrittenInput } from '../schema/input-schema.ts';
import { validate } from '../schema/validate.ts';

const jsonTypes: Readonly<Record<InputType, string>> = {
  string: 'string',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
  list: 'array',
  map: 'object',
};

/** The declared inputs; what contradicts itself is reported and left out of the schema. */
export function checkInputs(
  written: Readonly<Record<string, WrittenInput>>,
  path: DocumentPath,
  problems: ProblemList,
  writtenAs: (path: DocumentPath) => string | undefined,
): Readonly<Record<string, InputDefinition>> {
  const inputs = Object.entries(written).filter(([, input]) => typeof input === 'object' && input !== null);
  return Object.fromEntries(
    inputs.map(([name, input]) => [name, checkInput(input, [...path, name], problems, writtenAs)]),
  );
}

function checkInput(
  written: WrittenInput,
  path: DocumentPath,
  problems: ProblemList,
  writtenAs: (path: DocumentPath) => string | undefined,
): InputDefinition {
  const type = typeOfInput(written.type);
  const schema: Record<string, Json> = { type: jsonTypes[type] };
  const refuse = (key: string, message: string, hint?: string) =>
    problems.report({ code: 'pipeline.input_invalid', path: [...path, key], message, hint });

  if (written.pattern !== undefined) {
    const trouble = type === 'string' ? patternTrouble(written.pattern) : 'only text can have a pattern';
    if (trouble === undefined) schema['pattern'] = written.pattern;
    else
      refuse(
        'pattern',
        `\`pattern\`: ${trouble}`,
        type === 'string' ? undefined : 'Remove it, or write `type: string`.',
      );
  }
  for (const bound of ['minimum', 'maximum'] as const) {
    const limit = written[bound];
    if (limit === undefined) continue;
    if (type === 'integer' || type === 'number') schema[bound] = limit;
    else refuse(bound, `\`${bound}\`: only numbers can have one`, 'Remove it, or write `type: integer`.');
  }
  if (Array.isArray(written.enum)) schema['enum'] = written.enum as Json[];
  if (written.default !== undefined) {
    const options = { value: written.default, path: [...path, 'default'], acceptsTemplates: false, written: writtenAs };
    for (const finding of explain(validate(schema, written.default), options)) problems.report(finding);
    if (typeof written.default === 'string' && written.default.includes('{{')) {
      problems.report({
        code: 'pipeline.template_refused',
        path: [...path, 'default'],
        message: '`default` cannot hold a template',
        hint: 'Write the value itself here.',
      });
    }
  }
  return {
    type,
    ...(written.description === undefined ? {} : { description: written.description }),
    required: written.required ?? written.default === undefined,
    ...(written.default === undefined ? {} : { default: written.default as Json }),
    schema,
  };
}

function typeOfInput(written: WrittenInput['type']): InputType {
  if (written === 'array') return 'list';
  if (written === 'object') return 'map';
  return written in jsonTypes ? written : 'string';
}

function patternTrouble(pattern: string): string | undefined {
  try {
    return void new RegExp(pattern, 'u');
  } catch (error) {
    return `\`${pattern}\` is no regular expression (${error instanceof Error ? error.message : String(error)})`;
  }
}
