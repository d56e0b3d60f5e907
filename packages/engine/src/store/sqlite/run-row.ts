import type { RunStatus, RunSummary } from '../run-store.ts';

/** The summary's columns of the table `run`. */
export interface RunRow {
  readonly id: string;
  readonly project: string;
  readonly pipeline: string;
  readonly status: RunStatus;
  readonly attempt: number;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly asks: number;
  readonly concurrency_group: string | null;
  readonly workspace_bytes: number | null;
}

/** Who may write to the run. */
export interface ClaimRow {
  readonly owner: string | null;
  readonly fence: number;
}

export interface RunSchema {
  readonly run: RunRow;
}

export const runColumns = [
  'id',
  'project',
  'pipeline',
  'status',
  'attempt',
  'created_at',
  'started_at',
  'finished_at',
  'asks',
  'concurrency_group',
  'workspace_bytes',
] as const satisfies readonly (keyof RunRow)[];

export function summaryOf(row: RunRow): RunSummary {
  return {
    id: row.id,
    project: row.project,
    pipeline: row.pipeline,
    status: row.status,
    attempt: row.attempt,
    createdAt: row.created_at,
    ...(row.started_at !== null && { startedAt: row.started_at }),
    ...(row.finished_at !== null && { finishedAt: row.finished_at }),
    ...(row.concurrency_group !== null && { group: row.concurrency_group }),
    ...(row.asks > 0 && { asks: row.asks }),
    ...(row.workspace_bytes !== null && { workspaceBytes: row.workspace_bytes }),
  };
}
