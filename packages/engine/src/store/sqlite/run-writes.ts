import type { SqliteConnection } from '@cicd/database';
import { runExists, runNotFound, runNotOwner, sequenceConflict } from '../run-errors.ts';
import type { RunClaim, RunSummary } from '../run-store.ts';
import type { ClaimRow, RunRow } from './run-row.ts';

/** Behind all that queue in a group, whose name it takes. */
const lastPlace =
  '(SELECT COALESCE(MAX(group_place), 0) + 1 FROM run WHERE concurrency_group = ? AND finished_at IS NULL)';

/** Each of these runs inside the transaction that its connection has open. */

export function insertRun(
  connection: SqliteConnection,
  summary: RunSummary,
  plan: string,
  events: readonly string[],
  owner: string,
): RunClaim {
  const { id, project, pipeline, status, attempt, createdAt, startedAt, finishedAt, asks, workspaceBytes, group } =
    summary;
  const { changes } = connection
    .prepare(
      `INSERT INTO run (id, project, pipeline, status, attempt, created_at, started_at, finished_at, asks,
                        workspace_bytes, concurrency_group, group_place, last_sequence, owner, fence)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ${lastPlace}, ?, ?, 1) ON CONFLICT DO NOTHING`,
    )
    .run(
      id,
      project,
      pipeline,
      status,
      attempt,
      createdAt,
      startedAt ?? null,
      finishedAt ?? null,
      asks ?? 0,
      workspaceBytes ?? null,
      group ?? null,
      group ?? null,
      events.length,
      finishedAt === undefined ? owner : null,
    );
  if (changes === 0) throw runExists(id);
  connection.prepare('INSERT INTO run_plan (run_id, plan) VALUES (?, ?)').run(id, plan);
  insertEvents(connection, id, 0, events);
  return { run: id, owner, fence: 1 };
}

export function appendEvents(
  connection: SqliteConnection,
  claim: RunClaim,
  after: number,
  events: readonly string[],
  summary: RunSummary,
): number {
  const id = claim.run;
  const run = connection
    .prepare<RunRow & ClaimRow & { last_sequence: number }>(
      `SELECT last_sequence, status, attempt, started_at, finished_at, asks, workspace_bytes, concurrency_group, owner, fence
       FROM run WHERE id = ?`,
    )
    .get(id);
  if (!run) throw runNotFound(id);
  if (run.owner !== claim.owner || run.fence !== claim.fence) throw runNotOwner(claim);
  if (run.last_sequence !== after) throw sequenceConflict(id, after, run.last_sequence);
  insertEvents(connection, id, after, events);
  const last = after + events.length;
  const { status, attempt, startedAt = null, finishedAt = null, asks = 0, workspaceBytes = null } = summary;
  if (
    run.status === status &&
    run.attempt === attempt &&
    run.started_at === startedAt &&
    run.finished_at === finishedAt &&
    run.asks === asks &&
    run.workspace_bytes === workspaceBytes
  ) {
    // Most appends: without the indexed columns in the statement, no index is written.
    connection.prepare('UPDATE run SET last_sequence = ? WHERE id = ?').run(last, id);
  } else {
    connection
      .prepare(
        `UPDATE run SET last_sequence = ?, status = ?, attempt = ?, started_at = ?, finished_at = ?, asks = ?,
                        workspace_bytes = ? WHERE id = ?`,
      )
      .run(last, status, attempt, startedAt, finishedAt, asks, workspaceBytes, id);
  }
  if (finishedAt === null && run.finished_at !== null && run.concurrency_group !== null)
    connection.prepare(`UPDATE run SET group_place = ${lastPlace} WHERE id = ?`).run(run.concurrency_group, id);
  if (finishedAt !== null && run.finished_at === null) {
    connection.prepare('UPDATE run SET owner = NULL WHERE id = ?').run(id);
    connection.prepare('DELETE FROM run_message WHERE run_id = ?').run(id);
  }
  return last;
}

export function deleteRun(connection: SqliteConnection, id: string): void {
  connection.prepare('DELETE FROM run WHERE id = ?').run(id);
}

function insertEvents(connection: SqliteConnection, id: string, after: number, events: readonly string[]): void {
  const insert = connection.prepare('INSERT INTO run_event (run_id, sequence, event) VALUES (?, ?, ?)');
  let sequence = after;
  for (const event of events) insert.run(id, ++sequence, event);
}
