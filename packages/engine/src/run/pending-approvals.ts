import type { ApprovalState } from './approval.ts';
import type { RunState, StepState } from './state.ts';

/** A step that waits for an approval. */
export interface PendingApproval {
  readonly step: StepState;
  readonly approval: ApprovalState;
}

/** What of a run waits for somebody's decision, in the order in which it was asked for. */
export function pendingApprovals({ index }: RunState): readonly PendingApproval[] {
  return [...index.waiting].flatMap((unit) => {
    const { state: step } = unit;
    const { approval, status } = step;
    if (!approval || approval.decision || status !== 'waiting' || index.lapsed.has(unit)) return [];
    return [{ step, approval }];
  });
}
