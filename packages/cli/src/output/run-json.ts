import { pendingApprovals, stepsInOrder, type RunState } from '@cicd/engine';
import { approvalJson } from './approval-report.ts';

/** The object that `run --json` prints: a shape that others rely on. */
export function runJson(state: RunState): object {
  return {
    id: state.id,
    status: state.status,
    duration_ms: (state.finishedAt ?? state.createdAt) - (state.startedAt ?? state.createdAt),
    steps: stepsInOrder(state).map((step) => ({
      key: step.key,
      name: step.name,
      ...(step.parent !== undefined && { parent: step.parent }),
      matrix: step.matrix ?? null,
      status: step.status,
      ...(step.reused && { reused: true }),
      attempt: step.attempt,
      exit_code: step.exitCode ?? null,
      duration_ms: step.durationMs ?? null,
      outputs: step.outputs ?? {},
      error: step.error ?? null,
    })),
    outputs: state.outputs ?? {},
    ...(state.status === 'waiting' && {
      approvals: pendingApprovals(state).map((pending) => approvalJson(state, pending)),
    }),
    ...(state.error ? { error: state.error } : {}),
  };
}
