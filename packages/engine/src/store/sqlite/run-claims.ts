import type { SqliteConnection } from '@cicd/database';
import { runNotFound, runOwned } from '../run-errors.ts';
import type { RunClaim, RunSummary } from '../run-store.ts';
import { runColumns, summaryOf, type ClaimRow, type RunRow } from './run-row.ts';

const claimOf = (run: string, { owner, fence }: ClaimRow): RunClaim | undefined =>
  owner === null ? undefined : { run, owner, fence };

export function holderOf(connection: SqliteConnection, run: string): RunClaim | undefined {
  const row = connection.prepare<ClaimRow>('SELECT owner, fence FROM run WHERE id = ?').get(run);
  if (!row) throw runNotFound(run);
  return claimOf(run, row);
}

export function claimRun(connection: SqliteConnection, run: string, owner: string, over?: RunClaim): RunClaim {
  const row = connection.prepare<ClaimRow>('SELECT owner, fence FROM run WHERE id = ?').get(run);
  if (!row) throw runNotFound(run);
  if (row.owner !== null && (row.owner !== over?.owner || row.fence !== over.fence)) throw runOwned(run);
  const claim = { run, owner, fence: row.fence + 1 };
  connection.prepare('UPDATE run SET owner = ?, fence = ? WHERE id = ?').run(owner, claim.fence, run);
  return claim;
}

export function releaseRun(connection: SqliteConnection, { run, owner, fence }: RunClaim): void {
  connection.prepare('UPDATE run SET owner = NULL WHERE id = ? AND owner = ? AND fence = ?').run(run, owner, fence);
}

export function unfinishedRuns(
  connection: SqliteConnection,
): { readonly run: RunSummary; readonly holder?: RunClaim }[] {
  const rows = connection
    .prepare<RunRow & ClaimRow>(
      `SELECT ${runColumns.join(', ')}, owner, fence FROM run WHERE finished_at IS NULL ORDER BY created_at, id`,
    )
    .all();
  return Array.from(rows, (row) => {
    const holder = claimOf(row.id, row);
    return { run: summaryOf(row), ...(holder && { holder }) };
  });
}

/** In the order of their places. Runs of an older version have none: they come first, by the number of their row. */
export function unfinishedRunsOf(connection: SqliteConnection, group: string): RunSummary[] {
  const rows = connection
    .prepare<RunRow>(
      `SELECT ${runColumns.join(', ')} FROM run
       WHERE concurrency_group = ? AND finished_at IS NULL ORDER BY group_place, run.rowid`,
    )
    .all(group);
  return Array.from(rows, summaryOf);
}
