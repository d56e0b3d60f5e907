export type { AttemptOutcome, RunCommand } from './commands.ts';
export { cancelAllowance, decide, isSettled } from './decide.ts';
export type * from './events.ts';
export { beginRun, evolve, replay } from './evolve.ts';
export { hasPassed } from './outcome.ts';
export { judging, ready, statusFunctions } from './ready.ts';
export { selectSteps } from './selection.ts';
export type { AttemptState, GroupOutcome, GroupState, RunMode, RunState, StepState, StepStatus } from './state.ts';
