import type { CancelCause } from './events.ts';
import type { Group } from './run-index.ts';
import type { GroupOutcome, RunState, StepState } from './state.ts';

/** Whether a final step ended well, or was left out in a way that holds nobody up. */
export const hasPassed = ({ status, reason }: StepState): boolean =>
  status === 'succeeded' || (status === 'skipped' && (reason === 'condition' || reason === 'selection'));

/** What a group amounts to once its members are final. One without members is skipped as by its own condition. */
export function groupOutcome(group: Group): GroupOutcome {
  const { members } = group;
  const passed = members.every(hasPassed) && !(members.length === 0 && group.blocked);
  if (members.some(({ status }) => status === 'failed')) return { status: 'failed', passed };
  if (members.some(({ status }) => status === 'cancelled')) return { status: 'cancelled', passed };
  if (!passed || members.every(({ status }) => status === 'skipped')) return { status: 'skipped', passed };
  return { status: 'succeeded', passed };
}

/** Dependents start when the group passed, or when all that is wrong with it is a failure that `on_error: skip` forgives. */
export const dependentsMayStart = (group: Group): boolean =>
  group.outcome?.passed === true ||
  (group.step.onError === 'skip' &&
    group.members.every((member) => hasPassed(member) || member.status === 'failed') &&
    group.members.length > 0);

export interface RunOutcome {
  readonly status: 'succeeded' | 'failed' | 'cancelled';
  readonly cause?: CancelCause;
}

/** How a run ends whose steps are all final. A pipeline's timeout is a failure; any other request to end, a cancel. */
export function runOutcome(state: RunState): RunOutcome {
  if (state.cancel)
    return { status: state.cancel.cause === 'timeout' ? 'failed' : 'cancelled', cause: state.cancel.cause };
  return { status: state.index.root.failed ? 'failed' : 'succeeded' };
}
