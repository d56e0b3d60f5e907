import { parseDuration } from '@cicd/plugin';
import type { OnError, PlanRetry } from '../plan/plan.ts';
import type { CheckedStep } from './check/check-step.ts';
import type { PipelineStep } from './pipeline-definition.ts';
import type { WrittenStep } from './schema/step-schema.ts';
import { declaredOutputs } from './step-outputs.ts';

type WrittenOnError = 'stop' | 'skip' | 'continue' | 'compensate';

/** What a step takes from its pipeline. */
interface StepDefaults {
  readonly timeout?: string;
  readonly onError: OnError;
}

/** A step without errors, with its defaults. */
export function buildStep(checked: CheckedStep, needs: readonly string[], defaults: StepDefaults): PipelineStep {
  const { written, config, variables, images, places, matrix, condition } = checked;
  const timeout = written.timeout ?? ('timeout' in config ? undefined : defaults.timeout);
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
    images,
    places,
  };
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
