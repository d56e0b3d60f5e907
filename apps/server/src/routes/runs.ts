import { loadRun } from '@cicd/engine';
import { Type } from 'typebox';
import { defineRoute } from '../http/route.ts';
import { runId, runOfRequest } from './run-of-request.ts';
import { runSchema, runView, stepSchema, stepViews } from './run-view.ts';

const params = Type.Object({ id: runId });
const notFound = { description: 'There is no such run: `run.not_found`.' };
const status = Type.Union(
  (['queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled'] as const).map((each) => Type.Literal(each)),
);

export const runRoutes = [
  defineRoute({
    method: 'get',
    path: '/api/v1/runs',
    operationId: 'listRuns',
    summary: 'Runs, newest first.',
    permission: 'run.read',
    query: Type.Object(
      {
        project: Type.Optional(Type.String()),
        pipeline: Type.Optional(Type.String()),
        status: Type.Optional(status),
        limit: Type.Integer({ minimum: 1, maximum: 500, default: 50 }),
        cursor: Type.Optional(Type.String({ pattern: '^[a-z0-9]{1,64}$', description: '`next` of the page before.' })),
      },
      { additionalProperties: false },
    ),
    answers: {
      200: {
        description: 'A page; `next` is absent on the last one.',
        schema: Type.Object({ runs: Type.Array(runSchema), next: Type.Optional(Type.String()) }),
      },
    },
    async handle(request) {
      const { cursor, limit, project, pipeline, status: wanted } = request.query;
      // A cursor is a run's id: one of a foreign run is as good as none.
      if (cursor !== undefined) await runOfRequest(request, cursor, 'run.read');
      const own = request.who?.project;
      if (own !== undefined && project !== undefined && project !== own) return { json: { runs: [] } };
      const seen = own ?? project;
      const runs = await request.platform.runs.list({
        // One more than is shown tells whether there is a next page.
        limit: limit + 1,
        ...(seen !== undefined && { project: seen }),
        ...(pipeline !== undefined && { pipeline }),
        ...(wanted !== undefined && { status: wanted }),
        ...(cursor !== undefined && { before: cursor }),
      });
      const page = runs.slice(0, limit);
      const next = runs.length > limit ? page.at(-1)?.id : undefined;
      return { json: { runs: page.map(runView), ...(next !== undefined && { next }) } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/runs/{id}',
    operationId: 'getRun',
    summary: 'A run with its steps as they stand.',
    permission: 'run.read',
    params,
    answers: {
      200: { description: 'The run.', schema: Type.Object({ run: runSchema, steps: Type.Array(stepSchema) }) },
      404: notFound,
    },
    async handle(request) {
      const run = await runOfRequest(request, request.params.id, 'run.read');
      const { state } = await loadRun(request.platform.runs, run.id);
      return { json: { run: runView(run), steps: stepViews(state) } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/runs/{id}/plan',
    operationId: 'getRunPlan',
    summary: 'What the run was to do: its resolved graph.',
    permission: 'run.read',
    params,
    answers: {
      200: { description: 'The plan.', schema: Type.Object({ plan: Type.Record(Type.String(), Type.Unknown()) }) },
      404: notFound,
    },
    async handle(request) {
      const { id } = await runOfRequest(request, request.params.id, 'run.read');
      return { json: { plan: await request.platform.runs.plan(id) } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/api/v1/runs/{id}/events',
    operationId: 'listRunEvents',
    summary: 'The history of a run, in order.',
    permission: 'run.read',
    params,
    query: Type.Object(
      { after: Type.Integer({ minimum: 0, default: 0, description: 'Only events with a higher sequence.' }) },
      { additionalProperties: false },
    ),
    answers: {
      200: {
        description: 'The events.',
        schema: Type.Object({
          events: Type.Array(
            Type.Object({ sequence: Type.Integer(), event: Type.Record(Type.String(), Type.Unknown()) }),
          ),
        }),
      },
      404: notFound,
    },
    async handle(request) {
      const { id } = await runOfRequest(request, request.params.id, 'run.read');
      return { json: { events: await request.platform.runs.read(id, request.query.after) } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/api/v1/runs/{id}/cancel',
    operationId: 'cancelRun',
    summary: 'Asks a run to end.',
    permission: 'run.cancel',
    params,
    answers: {
      202: {
        description: 'It is noted. `driver`: the process that drives the run was told; `sender`: nobody drives it now.',
        schema: Type.Object({ receiver: Type.Union([Type.Literal('driver'), Type.Literal('sender')]) }),
      },
      404: notFound,
      409: { description: 'The run has ended: `run.ended`.' },
    },
    async handle(request) {
      const { id } = await runOfRequest(request, request.params.id, 'run.cancel');
      const by = request.who?.name ?? '';
      const receiver = await request.platform.mailbox.post(id, { type: 'cancel', cause: 'user' }, by);
      return { status: 202, json: { receiver } };
    },
  }),
];
