import type { JsonObject } from '../schema/json.ts';

/** What a step waits for. Waiting costs no process: the runtime calls `resume` when it is over. */
export interface StepWait {
  readonly kind: 'approval' | 'timer' | 'event';
  /** Absolute, milliseconds since the epoch. */
  readonly deadline: number;
  readonly data?: JsonObject;
}

/** A step that ends well returns its outputs, or what it waits for. One that fails throws a `StepFailure`. */
export type StepResult<Outputs = JsonObject> = { readonly outputs: Outputs } | { readonly wait: StepWait };

/** Why `resume` is called. `adopted`: the process that ran the step ended, its work may still run. */
export interface StepResumption {
  readonly kind: 'decision' | 'timer' | 'event' | 'adopted';
  readonly value?: JsonObject;
}
