export type * from './approval.ts';
export type { AttemptOutcome, RunCommand } from './commands.ts';
export { cancelAllowance, decide, isSettled } from './decide.ts';
export type * from './events.ts';
export { beginRun, evolve, replay } from './evolve.ts';
export type { PostedMessage, RunMessage } from './messages.ts';
export { hasPassed } from './outcome.ts';
export { pendingApprovals, type PendingApproval } from './pending-approvals.ts';
export { keptSteps, type RerunChoice } from './kept-steps.ts';
export { judging, ready, statusFunctions } from './ready.ts';
export { selectSteps } from './selection.ts';
export { stepsInOrder } from './steps-in-order.ts';
export { longestComment, voteRefusal } from './vote.ts';
export type { FlowEntry } from './scope.ts';
export type {
  AttemptState,
  GroupOutcome,
  GroupState,
  RunMode,
  RunState,
  ScopeState,
  StepState,
  StepStatus,
} from './state.ts';
