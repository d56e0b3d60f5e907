import type { SqliteConnection, Statement } from '../database.ts';
import type { SqliteHandle } from './handle.ts';

/** Prepares each statement once; texts are constants of the callers, so there are few. */
export function createConnection(handle: SqliteHandle): SqliteConnection {
  const prepared = new Map<string, Statement<unknown>>();
  return {
    prepare<Row>(sql: string) {
      let statement = prepared.get(sql);
      if (!statement) prepared.set(sql, (statement = handle.prepare(sql)));
      return statement as Statement<Row>;
    },
  };
}
