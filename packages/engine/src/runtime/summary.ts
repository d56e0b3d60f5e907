import { pendingApprovals } from '../run/pending-approvals.ts';
import type { RunState } from '../run/state.ts';
import type { RunSummary } from '../store/run-store.ts';

const iso = (milliseconds: number) => new Date(milliseconds).toISOString();

/** What a list of runs shows of a state. */
export function summarise(state: RunState): RunSummary {
  const asks = pendingApprovals(state).length;
  return {
    id: state.id,
    project: state.project,
    pipeline: state.pipeline,
    status: state.status,
    attempt: state.attempt,
    createdAt: iso(state.createdAt),
    ...(state.startedAt !== undefined && { startedAt: iso(state.startedAt) }),
    ...(state.finishedAt !== undefined && { finishedAt: iso(state.finishedAt) }),
    ...(state.concurrency && { group: state.concurrency.group }),
    ...(asks > 0 && { asks }),
    ...(state.workspace && { workspaceBytes: state.workspace.bytes ?? 0 }),
  };
}
