import type { SqliteConnection, SqliteDatabase } from '@cicd/database';
import type { JsonObject } from '@cicd/plugin';
import { runNotFound } from '../run-errors.ts';
import { assertRunId } from '../run-id.ts';
import type { RunStore, StoredEvent } from '../run-store.ts';
import { eventText, messageText, planText } from '../stored-text.ts';
import { claimRun, holderOf, releaseRun, unfinishedRuns, unfinishedRunsOf } from './run-claims.ts';
import { dropMessages, messagesOf, postMessage } from './run-messages.ts';
import { findRun, listRuns } from './run-queries.ts';
import { appendEvents, deleteRun, insertRun } from './run-writes.ts';

/**
 * Runs in an SQLite database that was opened with `runStoreMigrations`. The database stays its opener's: closing the
 * store waits for the store's own writes and closes nothing else. What a running pipeline needs is prepared
 * statements; only `find` and `list` load the query builder.
 *
 * Errors beside those of the contract: the retryable ones of `SqliteDatabase`.
 */
export function createSqliteRunStore<Event extends StoredEvent = StoredEvent>(
  database: SqliteDatabase,
): RunStore<Event> {
  let lastWrite: Promise<unknown> = Promise.resolve();
  const write = <Result>(work: (connection: SqliteConnection) => Result): Promise<Result> => {
    const written = database.write(work);
    lastWrite = written;
    return written;
  };

  return {
    specVersion: 'v1',
    async create(summary, plan, events, owner) {
      assertRunId(summary.id);
      const [planAsText, eventsAsText] = [planText(plan), events.map(eventText)];
      return write((connection) => insertRun(connection, summary, planAsText, eventsAsText, owner));
    },
    async append(claim, after, events, summary) {
      const eventsAsText = events.map(eventText);
      return write((connection) => appendEvents(connection, claim, after, eventsAsText, summary));
    },
    async read(runId, after = 0) {
      const rows = await database.read((connection) => {
        const found = connection
          .prepare<{ sequence: number; event: string }>(
            'SELECT sequence, event FROM run_event WHERE run_id = ? AND sequence > ? ORDER BY sequence',
          )
          .all(runId, after);
        if (found.length === 0 && !connection.prepare('SELECT 1 FROM run WHERE id = ?').get(runId))
          throw runNotFound(runId);
        return found;
      });
      // Not `rows.map`: the driver makes its lists in the realm that loaded it first, which under a test runner may be another.
      return Array.from(rows, ({ sequence, event }) => ({ sequence, event: JSON.parse(event) as Event }));
    },
    async plan(runId) {
      const row = await database.read((connection) =>
        connection.prepare<{ plan: string }>('SELECT plan FROM run_plan WHERE run_id = ?').get(runId),
      );
      if (!row) throw runNotFound(runId);
      return JSON.parse(row.plan) as JsonObject;
    },
    find: (idOrPrefix) => findRun(database, idOrPrefix),
    list: (filter = {}) => listRuns(database, filter),
    async lastSucceeded(project, pipeline, except = '') {
      const newest = await database.read((connection) =>
        connection
          .prepare<{ id: string }>(
            `SELECT id FROM run WHERE project = ? AND pipeline = ? AND status = 'succeeded' AND id <> ?
             ORDER BY created_at DESC, id DESC LIMIT 1`,
          )
          .get(project, pipeline, except),
      );
      return newest?.id;
    },
    holder: (runId) => database.read((connection) => holderOf(connection, runId)),
    claim: (runId, owner, over) => write((connection) => claimRun(connection, runId, owner, over)),
    release: (claim) => write((connection) => releaseRun(connection, claim)),
    unfinishedOf: (group) => database.read((connection) => unfinishedRunsOf(connection, group)),
    unfinished: () => database.read(unfinishedRuns),
    async post(runId, message) {
      const text = messageText(message);
      return write((connection) => postMessage(connection, runId, text));
    },
    messages: (runId, after = 0) => database.read((connection) => messagesOf(connection, runId, after)),
    dropMessages: (runId, upTo) => write((connection) => dropMessages(connection, runId, upTo)),
    delete: (runId) => write((connection) => deleteRun(connection, runId)),
    async close() {
      await Promise.allSettled([lastWrite]);
    },
  };
}
