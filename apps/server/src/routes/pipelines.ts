import { parsePipelineFile } from '@cicd/engine';
import { Type } from 'typebox';
import { defineRoute } from '../http/route.ts';

const problem = Type.Object({
  code: Type.String(),
  severity: Type.Union([Type.Literal('error'), Type.Literal('warning')]),
  message: Type.String(),
  hint: Type.Optional(Type.String()),
  file: Type.Optional(Type.String()),
  line: Type.Optional(Type.Integer()),
  column: Type.Optional(Type.Integer()),
  path: Type.Optional(Type.String()),
});

export const pipelineRoutes = [
  defineRoute({
    method: 'post',
    path: '/api/v1/pipelines/validate',
    operationId: 'validatePipelines',
    summary: 'The problems of a pipeline file: the same as `cicd validate` prints.',
    permission: 'pipeline.validate',
    body: Type.Object(
      {
        text: Type.String({ description: 'The file, in YAML.' }),
        file: Type.Optional(
          Type.String({ maxLength: 1024, description: 'What problems call it.', default: 'cicd.yaml' }),
        ),
      },
      { additionalProperties: false },
    ),
    answers: {
      200: {
        description: 'The file was read; it has problems, or none.',
        schema: Type.Object({ pipelines: Type.Array(Type.String()), problems: Type.Array(problem) }),
      },
    },
    async handle({ platform, body: { text, file = 'cicd.yaml' } }) {
      const { pipelines, problems } = parsePipelineFile(text, { file, registry: platform.steps });
      return { json: { pipelines: [...pipelines.keys()], problems } };
    },
  }),
];
