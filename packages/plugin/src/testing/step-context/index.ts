export { createStepContext, type RecordedStepContext, type StepContextOptions } from './create-step-context.ts';
export type { RecordedLog } from './recorded-log.ts';
