import type { JsonObject, StepRegistry } from '@cicd/plugin';
import { PipelineSchema } from './schema/pipeline-schema.ts';
import { StepSchema } from './schema/step-schema.ts';
import { templatedSchema } from './templated-schema.ts';

const template = { $ref: '#/definitions/template' };
const step = { $ref: '#/definitions/step' };

/**
 * The JSON Schema of pipeline files for editors: draft-07, which is what YAML editors complete from. A step's
 * `config` is described by its `type`.
 */
export function pipelineSchema(registry: StepRegistry): JsonObject {
  const definitions = registry.types().map((type) => registry.get(type));
  const pipelineProperties = {
    ...PipelineSchema.properties,
    steps: { ...PipelineSchema.properties.steps, items: step },
    compensation: { ...PipelineSchema.properties.compensation, items: step },
  };
  const { required: _required, ...onePipeline } = PipelineSchema;
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Pipeline file',
    description: 'One pipeline (`steps`), or several by name (`pipelines`).',
    ...onePipeline,
    properties: {
      pipelines: {
        type: 'object',
        description: 'Pipelines by name.',
        minProperties: 1,
        additionalProperties: { $ref: '#/definitions/pipeline' },
      },
      ...pipelineProperties,
    },
    oneOf: [
      { required: ['steps'], not: { required: ['pipelines'] } },
      { required: ['pipelines'], maxProperties: 1 },
    ],
    definitions: {
      template: { type: 'string', pattern: '\\{\\{', description: 'A template: {{ inputs.name }}.' },
      pipeline: { ...PipelineSchema, properties: pipelineProperties },
      step: {
        ...StepSchema,
        properties: {
          ...StepSchema.properties,
          type: { enum: definitions.map(({ type }) => type), description: 'The type of the step.' },
        },
        allOf: definitions.map((definition) => ({
          if: { properties: { type: { const: definition.type } }, required: ['type'] },
          // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
          then: {
            properties: { config: { $ref: `#/definitions/${definition.type}` } },
            ...(needsConfig(definition.config) ? { required: ['config'] } : {}),
          },
        })),
      },
      ...Object.fromEntries(
        definitions.map((definition) => [
          definition.type,
          {
            title: definition.title,
            description: definition.description,
            ...(templatedSchema(definition.config, { template, step }) as object),
          },
        ]),
      ),
    },
  };
  return JSON.parse(JSON.stringify(schema)) as JsonObject;
}

/** The text of a schema file: the same schema gives the same bytes. */
export function formatSchema(schema: JsonObject): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** Whether a configuration cannot be left out; a missing image may come from the pipeline's default. */
function needsConfig(schema: object): boolean {
  return (
    ((templatedSchema(schema, { template, step }) as { readonly required?: readonly string[] }).required ?? []).length >
    0
  );
}
