import type { DatabaseConnection, DatabaseLimits, DatabaseStatement } from '../../outside/database-connection.ts';
import type { JsonObject } from '../../schema/json.ts';

/** A database that keeps what it is asked, and answers the same to everything. */
export interface RecordedDatabase extends DatabaseConnection {
  readonly asked: readonly { readonly kind: 'query' | 'execute'; readonly statement: DatabaseStatement }[];
}

export function createRecordedDatabase(rows: readonly JsonObject[] = []): RecordedDatabase {
  const asked: { kind: 'query' | 'execute'; statement: DatabaseStatement }[] = [];
  const answer = (kind: 'query' | 'execute', statement: DatabaseStatement, { signal, maxRows }: DatabaseLimits) => {
    signal.throwIfAborted();
    asked.push({ kind, statement });
    return rows.slice(0, maxRows);
  };
  return {
    asked,
    query: async (statement, limits) => answer('query', statement, limits),
    execute: async (statement, limits) => {
      const returned = answer('execute', statement, limits);
      return { affectedRows: returned.length, rows: returned };
    },
  };
}
