import type { Plan } from '../plan/plan.ts';
import type { RunHandle, RunOptions, RuntimePorts } from './ports.ts';

/** Performs runs. */
export interface Runtime {
  /**
   * Records a new run and drives it. Resolves when the run is durable.
   * Errors: `run.exists`, `run.secret_missing`, `run.step_unknown`.
   */
  start(plan: Plan, options: RunOptions): Promise<RunHandle>;
}

export declare function createRuntime(ports: RuntimePorts): Runtime;
