import type { SqliteConnection } from '@cicd/database';
import type { JsonObject } from '@cicd/plugin';
import { runEnded, runNotFound } from '../run-errors.ts';
import type { StoredMessage } from '../run-store.ts';
import type { RunRow } from './run-row.ts';

export function postMessage(connection: SqliteConnection, run: string, message: string): number {
  const row = connection
    .prepare<Pick<RunRow, 'status' | 'finished_at'>>('SELECT status, finished_at FROM run WHERE id = ?')
    .get(run);
  if (!row) throw runNotFound(run);
  if (row.finished_at !== null) throw runEnded(run, row.status);
  const stored = connection
    .prepare<{ id: number }>('INSERT INTO run_message (run_id, message) VALUES (?, ?) RETURNING id')
    .get(run, message);
  return stored?.id ?? 0;
}

export function messagesOf(connection: SqliteConnection, run: string, after: number): StoredMessage[] {
  const rows = connection
    .prepare<{ id: number; message: string }>(
      'SELECT id, message FROM run_message WHERE run_id = ? AND id > ? ORDER BY id',
    )
    .all(run, after);
  return Array.from(rows, ({ id, message }) => ({ id, message: JSON.parse(message) as JsonObject }));
}

export function dropMessages(connection: SqliteConnection, run: string, upTo: number): void {
  connection.prepare('DELETE FROM run_message WHERE run_id = ? AND id <= ?').run(run, upTo);
}
