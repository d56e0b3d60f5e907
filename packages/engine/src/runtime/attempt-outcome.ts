import { CicdError, type ExitStatus, type JsonObject, type StepFailure } from '@cicd/plugin';
import type { Masker } from '../masking/masker.ts';
import type { AttemptOutcome } from '../run/commands.ts';
import type { LogSize } from '../run/events.ts';
import { recordError, type ErrorOrigin } from './recorded-error.ts';

export interface AttemptEnd {
  /** What the step returned, or what it threw. */
  readonly result: { readonly outputs: JsonObject } | { readonly error: unknown };
  /** Set once the attempt was told to end: what the step did afterwards no longer counts. */
  readonly interruption?: StepFailure;
  readonly exit?: ExitStatus | undefined;
  readonly log: LogSize;
}

/** What an attempt comes to. A step that ends well after its deadline has still reached its deadline. */
export function attemptOutcome(
  { result, interruption, exit, log }: AttemptEnd,
  masker: Masker,
  origin: ErrorOrigin,
): AttemptOutcome {
  const rest = { ...(exit && { exitCode: exit.exitCode }), log };
  if (interruption) {
    const cause = interruption.code === 'step.timeout' ? 'timeout' : 'failure';
    return { status: 'failed', cause, error: recordError(interruption, masker, origin), ...rest };
  }
  if ('outputs' in result) return { status: 'succeeded', outputs: masker.value(result.outputs), ...rest };
  const outputs = failureOutputs(result.error);
  return {
    status: 'failed',
    cause: causeOf(result.error),
    error: recordError(result.error, masker, origin),
    ...(outputs && { outputs: masker.value(outputs) }),
    ...rest,
  };
}

function causeOf(error: unknown): 'failure' | 'timeout' | 'configuration' {
  if (!CicdError.isInstance(error)) return 'failure';
  // A step may keep a shorter deadline of its own.
  if (error.code === 'step.timeout') return 'timeout';
  return error.family === 'config' ? 'configuration' : 'failure';
}

/** A failure may carry outputs (a scan that found too much): `details.outputs`. */
function failureOutputs(error: unknown): JsonObject | undefined {
  const outputs = CicdError.isInstance(error) ? error.details['outputs'] : undefined;
  return typeof outputs === 'object' && outputs !== null ? (outputs as JsonObject) : undefined;
}
