import type { PipelineStep } from '../definition/pipeline-definition.ts';
import type { Plan, PlanStep } from './plan.ts';

/** A step of a plan or of a pipeline that it calls. */
export type AnyStep = PlanStep | PipelineStep;

/** The steps that may run inside a step: of all its routes, and of the pipeline that it calls. */
export function innerStepsOf({ called }: Pick<Plan, 'called'>, { flow }: AnyStep): readonly AnyStep[] {
  switch (flow?.kind) {
    case undefined:
      return [];
    case 'call':
      return called?.[flow.pipeline]?.steps ?? [];
    case 'conditional':
      return [...Object.values(flow.routes), flow.default ?? []].flat();
    case 'parallel':
    case 'foreach':
    case 'while':
      return flow.steps;
  }
}
