import { stepsInOrder, type RunState, type RunSummary } from '@cicd/engine';
import { Type } from 'typebox';

const time = Type.String({ format: 'date-time' });

/** A run in a list. */
export const runSchema = Type.Object({
  id: Type.String(),
  project: Type.String(),
  pipeline: Type.String(),
  status: Type.String(),
  attempt: Type.Integer(),
  created_at: time,
  started_at: Type.Optional(time),
  finished_at: Type.Optional(time),
});

export const runView = (run: RunSummary) => ({
  id: run.id,
  project: run.project,
  pipeline: run.pipeline,
  status: run.status,
  attempt: run.attempt,
  created_at: run.createdAt,
  ...(run.startedAt !== undefined && { started_at: run.startedAt }),
  ...(run.finishedAt !== undefined && { finished_at: run.finishedAt }),
});

const anything = Type.Record(Type.String(), Type.Unknown());

/** One step of a run. */
export const stepSchema = Type.Object({
  key: Type.String(),
  name: Type.String(),
  parent: Type.Optional(Type.String({ description: 'The step that it stands in.' })),
  matrix: Type.Optional(anything),
  status: Type.String(),
  attempt: Type.Integer({ description: '0: it has not been started.' }),
  exit_code: Type.Optional(Type.Integer()),
  duration_ms: Type.Optional(Type.Integer()),
  outputs: Type.Optional(anything),
  error: Type.Optional(anything),
});

export const stepViews = (state: RunState) =>
  stepsInOrder(state).map((step) => ({
    key: step.key,
    name: step.name,
    ...(step.parent !== undefined && { parent: step.parent }),
    ...(step.matrix !== undefined && { matrix: step.matrix }),
    status: step.status,
    attempt: step.attempt,
    ...(step.exitCode !== undefined && { exit_code: step.exitCode }),
    ...(step.durationMs !== undefined && { duration_ms: step.durationMs }),
    ...(step.outputs !== undefined && { outputs: step.outputs }),
    ...(step.error !== undefined && { error: step.error }),
  }));
