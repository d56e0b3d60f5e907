export { compilePlan, type CompilePlanOptions } from './compile-plan.ts';
export { canonicalJson } from './canonical-json.ts';
export type { OnError, Place, Plan, PlanCondition, PlanRetry, PlanStep } from './plan.ts';
