export * from './definition/index.ts';
export type { ExpressionFindings, ExpressionProblem, ExpressionValues } from './expression/index.ts';
export { flowSteps } from './flow/index.ts';
export * from './log/index.ts';
export * from './masking/index.ts';
export * from './plan/index.ts';
export * from './run/index.ts';
export * from './runtime/index.ts';
export * from './store/index.ts';
