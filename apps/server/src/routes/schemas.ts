import { pipelineSchema } from '@cicd/engine';
import type { AnyStepDefinition } from '@cicd/plugin';
import { Type } from 'typebox';
import { defineRoute } from '../http/route.ts';

const stepSchema = Type.Object({
  type: Type.String(),
  title: Type.String(),
  description: Type.String({ description: 'Markdown.' }),
  category: Type.String(),
  config: Type.Record(Type.String(), Type.Unknown(), { description: 'JSON Schema of `config`.' }),
  outputs: Type.Record(Type.String(), Type.Unknown(), { description: 'JSON Schema of the outputs.' }),
  examples: Type.Array(Type.Object({ title: Type.String(), yaml: Type.String() })),
});

const shown = ({ type, title, description, category, config, outputs, examples }: AnyStepDefinition) => ({
  type,
  title,
  description,
  category,
  config,
  outputs,
  examples,
});

export const schemaRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v1/module-schemas',
    operationId: 'listModuleSchemas',
    summary: 'Every step type with its JSON Schema, outputs and examples; with `type`, that one.',
    permission: 'schema.read',
    query: Type.Object({ type: Type.Optional(Type.String()) }, { additionalProperties: false }),
    answers: {
      200: { description: 'The step types.', schema: Type.Object({ steps: Type.Array(stepSchema) }) },
      404: { description: 'There is no such type: `step.unknown_type`.' },
    },
    async handle({ platform: { steps }, query: { type } }) {
      const types = type === undefined ? steps.types() : [type];
      return { json: { steps: types.map((each) => shown(steps.get(each))) } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/schema/pipeline.json',
    operationId: 'getPipelineSchema',
    summary: 'The JSON Schema of pipeline files, for editors.',
    permission: 'public',
    answers: { 200: { description: 'Draft-07.', schema: Type.Record(Type.String(), Type.Unknown()) } },
    handle: async ({ platform }) => ({ json: pipelineSchema(platform.steps) }),
  }),
];
