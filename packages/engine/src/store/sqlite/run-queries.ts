import type { SqliteDatabase } from '@cicd/database';
import { candidatesShown, runAmbiguous, runNotFound } from '../run-errors.ts';
import { pageSize } from '../page-size.ts';
import { isRunIdPrefix } from '../run-id.ts';
import type { RunFilter, RunSummary } from '../run-store.ts';
import { runColumns, summaryOf, type RunRow, type RunSchema } from './run-row.ts';

/** Sorts after every character of an id. */
const afterIds = '~';

export async function findRun(database: SqliteDatabase, idOrPrefix: string): Promise<RunSummary> {
  // A whole id needs no query builder, which takes its time to load.
  const exact = await database.read((connection) =>
    connection.prepare<RunRow>(`SELECT ${runColumns.join(', ')} FROM run WHERE id = ?`).get(idOrPrefix),
  );
  if (exact) return summaryOf(exact);
  if (!isRunIdPrefix(idOrPrefix)) throw runNotFound(idOrPrefix);
  const runs = (await database.kysely<RunSchema>()).selectFrom('run').select(runColumns);
  const [first, ...others] = await runs
    .where('id', '>=', idOrPrefix)
    .where('id', '<', idOrPrefix + afterIds)
    .orderBy('id')
    .limit(candidatesShown + 1)
    .execute();
  if (!first) throw runNotFound(idOrPrefix);
  if (others.length > 0)
    throw runAmbiguous(
      idOrPrefix,
      [first, ...others].map(({ id }) => id),
    );
  return summaryOf(first);
}

export async function listRuns(database: SqliteDatabase, filter: RunFilter): Promise<readonly RunSummary[]> {
  const kysely = await database.kysely<RunSchema>();
  const { project, pipeline, status, asks, keepsWorkspace, before } = filter;
  let runs = kysely.selectFrom('run').select(runColumns);
  if (project !== undefined) runs = runs.where('project', '=', project);
  if (pipeline !== undefined) runs = runs.where('pipeline', '=', pipeline);
  if (status !== undefined) runs = runs.where('status', '=', status);
  if (asks) runs = runs.where('asks', '>', 0);
  if (keepsWorkspace) runs = runs.where('workspace_bytes', 'is not', null);
  if (before !== undefined) {
    const { created_at: createdAt } = await kysely
      .selectFrom('run')
      .select('created_at')
      .where('id', '=', before)
      .executeTakeFirstOrThrow(() => runNotFound(before));
    runs = runs.where((eb) => eb(eb.refTuple('created_at', 'id'), '<', eb.tuple(createdAt, before)));
  }
  const rows = await runs.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(pageSize(filter.limit)).execute();
  return Array.from(rows, summaryOf);
}
