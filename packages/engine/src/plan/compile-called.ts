import type { JsonObject, Problem } from '@cicd/plugin';
import { compileSteps } from './compile-steps.ts';
import type { CalledPipeline, PlanStep } from './plan.ts';

/** The steps of a called pipeline for one call. Pure: the same inputs give the same steps, in a replay too. */
export function compileCalled(
  called: CalledPipeline,
  inputs: JsonObject,
  report: (problem: Problem) => void = () => {},
): { readonly steps: readonly PlanStep[]; readonly compensation: readonly PlanStep[] } {
  return {
    steps: compileSteps(called.steps, inputs, 'steps', report),
    compensation: compileSteps(called.compensation, inputs, 'compensation', report),
  };
}
