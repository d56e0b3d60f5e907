import { parseDuration } from '@cicd/plugin';
import type { Flow, OnError, PlanRetry } from '../plan/plan.ts';
import type { CheckedFlow, CheckedList, CheckedStep } from './check/checked-step.ts';
import type { PipelineStep } from './pipeline-definition.ts';
import type { WrittenStep } from './schema/step-schema.ts';
import { declaredOutputs } from './step-outputs.ts';

type WrittenOnError = 'stop' | 'skip' | 'continue' | 'compensate';

/** What a step takes from its pipeline. */
interface StepDefaults {
  readonly timeout?: string;
  readonly onError: OnError;
}

/** Steps without errors, in the order of the file. */
export const buildSteps = ({ steps, needs }: CheckedList, defaults: StepDefaults): readonly PipelineStep[] =>
  steps.map((step, index) => buildStep(step, needs[index] ?? [], defaults));

/** A step without errors, with its defaults. */
export function buildStep(checked: CheckedStep, needs: readonly string[], defaults: StepDefaults): PipelineStep {
  const { written, config, variables, images, places, matrix, condition, flow } = checked;
  // What steps inside another may take is theirs to say: the default is for a step's own work.
  const isTimed = flow !== undefined || 'timeout' in config;
  const timeout = written.timeout ?? (isTimed ? undefined : defaults.timeout);
  return {
    name: written.name,
    type: written.type,
    needs,
    ...(condition ? { condition } : {}),
    ...(matrix ? { matrix } : {}),
    config,
    variables,
    outputs: declaredOutputs(written.outputs),
    ...(timeout === undefined ? {} : { timeout: parseDuration(timeout) }),
    retry: readRetry(written.retry),
    onError: written.on_error === undefined ? defaults.onError : readOnError(written.on_error),
    workspace: written.workspace ?? (matrix ? 'copy' : 'shared'),
    ...(flow ? { flow: buildFlow(flow, defaults) } : {}),
    images,
    places,
  };
}

function buildFlow(flow: CheckedFlow, defaults: StepDefaults): Flow<PipelineStep> {
  switch (flow.kind) {
    case 'parallel':
    case 'while':
      return { kind: flow.kind, steps: buildSteps(flow.list, defaults) };
    case 'foreach':
      return { kind: flow.kind, as: flow.as, steps: buildSteps(flow.list, defaults) };
    case 'conditional':
      return {
        kind: flow.kind,
        routes: Object.fromEntries(
          Object.entries(flow.routes).map(([route, list]) => [route, buildSteps(list, defaults)]),
        ),
        ...(flow.default ? { default: buildSteps(flow.default, defaults) } : {}),
      };
    case 'call':
      return { kind: flow.kind, pipeline: flow.pipeline };
  }
}

export const readOnError = (written: WrittenOnError): OnError => (written === 'continue' ? 'skip' : written);

function readRetry(written: WrittenStep['retry']): PlanRetry {
  const on = written?.on ?? 'failure';
  return {
    maxAttempts: written?.max_attempts ?? 1,
    delay: parseDuration(written?.delay ?? '1s'),
    backoff: written?.backoff ?? 1,
    maxDelay: parseDuration(written?.max_delay ?? '5m'),
    on: typeof on === 'string' ? [on] : on,
  };
}
