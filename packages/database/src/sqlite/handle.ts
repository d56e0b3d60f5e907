/** The part of a better-sqlite3 `Database` that this package uses. */
export interface SqliteHandle {
  readonly open: boolean;
  readonly inTransaction: boolean;
  prepare(sql: string): SqliteHandleStatement;
  exec(sql: string): unknown;
  pragma(sql: string, options?: { simple?: boolean }): unknown;
  backup(
    file: string,
    options?: { progress(step: { totalPages: number; remainingPages: number }): number },
  ): Promise<unknown>;
  close(): unknown;
}

export interface SqliteHandleStatement {
  readonly reader: boolean;
  run(...parameters: unknown[]): { changes: number; lastInsertRowid: number | bigint };
  get(...parameters: unknown[]): unknown;
  all(...parameters: unknown[]): unknown[];
  iterate(...parameters: unknown[]): IterableIterator<unknown>;
}
