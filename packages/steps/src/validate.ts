import { Type, type Static } from 'typebox';
import { ConfigError, defineStep, StepFailure, type Json, type JsonObject, type Problem } from '@cicd/plugin';
import { valueAt } from './data/path.ts';
import { closed } from './schema/fields.ts';
import { compileJsonSchema, type Mismatch } from './schema/json-schema.ts';

const config = Type.Object(
  {
    strategy: Type.Union([Type.Literal('required_fields'), Type.Literal('json_schema')], {
      description: 'How `data` is checked.',
    }),
    data: Type.Unknown({ description: 'The value that is checked.' }),
    required_fields: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        minItems: 1,
        description: 'Paths such as `user.address.city` that must be there and be neither null nor an empty text.',
      }),
    ),
    schema: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'A JSON Schema, draft 2020-12 unless its `$schema` names draft 7.',
      }),
    ),
  },
  closed,
);

export const validate = defineStep({
  type: 'step.validate',
  title: 'Check a value',
  description:
    'Checks a value, and fails with a list of everything that is wrong: by the fields it must have, or by a JSON Schema.',
  category: 'general',
  config,
  outputs: Type.Object(
    { valid: Type.Literal(true, { description: 'Always true: a value that is not valid fails the step.' }) },
    closed,
  ),
  recovery: 'repeat',
  examples: [
    {
      title: 'Fields that must be there',
      yaml: 'name: check-order\ntype: step.validate\nconfig:\n  strategy: required_fields\n  data: { id: 7, customer: { name: Ada } }\n  required_fields: [id, customer.name]\n',
    },
    {
      title: 'A JSON Schema',
      yaml: 'name: check-scale\ntype: step.validate\nconfig:\n  strategy: json_schema\n  data: { replicas: 3 }\n  schema:\n    type: object\n    required: [replicas]\n    properties:\n      replicas: { type: integer, minimum: 1, maximum: 10 }\n',
    },
  ],
  check: (written): readonly Problem[] => {
    const needed = fieldOf[written.strategy];
    if (needed === undefined || written[needed] !== undefined) return [];
    return [
      {
        code: 'step.config_invalid',
        severity: 'error',
        message: `\`strategy: ${written.strategy}\` needs \`${needed}\``,
        hint: `Add ${needed}.`,
        path: needed,
      },
    ];
  },
  async run(ctx) {
    const { strategy, data, required_fields: fields = [], schema = {} } = ctx.config;
    const found =
      strategy === 'required_fields'
        ? missingFields(data as Json, fields)
        : await schemaMismatches(data as Json, schema as JsonObject);
    if (found.length > 0) {
      const problems = found.map(({ place, message }) => (place === '' ? message : `${place}: ${message}`));
      throw new StepFailure({
        code: 'step.validation_failed',
        message: `the data is not valid:\n${problems.map((problem) => `- ${problem}`).join('\n')}`,
        details: { problems },
      });
    }
    return { outputs: { valid: true } };
  },
});

const fieldOf: Readonly<Record<string, keyof Static<typeof config> | undefined>> = {
  required_fields: 'required_fields',
  json_schema: 'schema',
};

const missingFields = (data: Json, fields: readonly string[]): readonly Mismatch[] =>
  fields
    .filter((field) => isMissing(valueAt(data, field.split('.'))))
    .map((place) => ({ place, message: 'is missing' }));

const isMissing = (value: Json | undefined) => value === undefined || value === null || value === '';

async function schemaMismatches(data: Json, schema: JsonObject): Promise<readonly Mismatch[]> {
  let check;
  try {
    check = await compileJsonSchema(schema);
  } catch (error) {
    throw new ConfigError({
      code: 'step.config_invalid',
      message: `the schema is no JSON Schema: ${error instanceof Error ? error.message : String(error)}`,
      hint: 'Compare it with https://json-schema.org/understanding-json-schema.',
      cause: error,
    });
  }
  return check(data);
}
