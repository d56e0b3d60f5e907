export { compilePlan, type CompilePlanOptions } from './compile-plan.ts';
export { innerStepsOf, type AnyStep } from './inner-steps.ts';
export { canonicalJson } from './canonical-json.ts';
export type { CalledPipeline, Flow, OnError, Place, Plan, PlanCondition, PlanRetry, PlanStep } from './plan.ts';
