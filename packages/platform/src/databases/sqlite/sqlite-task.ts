import type { DatabaseStatement, JsonObject } from '@cicd/plugin';

/** What a process with SQLite is to do. */
export interface SqliteTask {
  readonly kind: 'query' | 'execute';
  readonly file: string;
  readonly statement: DatabaseStatement;
  readonly maxRows: number;
  readonly beyond: 'fail' | 'leave';
  /** Bytes of JSON. */
  readonly maxBytes: number;
}

export type SqliteFailure = 'unreachable' | 'statement_failed' | 'result_too_large';

/** What it says, once. */
export type SqliteAnswer =
  | { readonly affectedRows: number; readonly rows: readonly JsonObject[] }
  | { readonly failure: SqliteFailure; readonly message: string };
