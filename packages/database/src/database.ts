import type { Kysely } from 'kysely';

/** A database of any dialect. */
export interface Database {
  readonly dialect: 'sqlite';
  /**
   * The query builder over this connection; loaded at the first call (it costs a tenth of a second). Its transactions
   * begin with the write lock taken, and `read`, `write` and `backup` wait for them: inside one, await none of these.
   * It is closed with the database: never `destroy` it.
   */
  kysely<Schema>(): Promise<Kysely<Schema>>;
  /**
   * Writes a consistent copy while others read and write. `to` appears whole or not at all, readable by the owner alone.
   * Errors: `database.file_exists`, `database.open_failed`, `database.disk_full`, `database.io_failed`.
   */
  backup(to: string): Promise<void>;
  /** Waits for writes under way, then closes. Idempotent. Later calls fail with `database.closed`. */
  close(): Promise<void>;
}

export type SqlValue = string | number | bigint | Uint8Array | null;

/** A prepared statement; parameters are positional. */
export interface Statement<Row> {
  run(...parameters: readonly SqlValue[]): { readonly changes: number };
  get(...parameters: readonly SqlValue[]): Row | undefined;
  all(...parameters: readonly SqlValue[]): Row[];
}

/** What a read or a write works with. Statements are prepared once for each text. */
export interface SqliteConnection {
  prepare<Row = unknown>(sql: string): Statement<Row>;
}

/** SQLite answers in the same turn, so its hot path has no promises inside. */
export interface SqliteDatabase extends Database {
  /** Sees committed data only. `work` must be synchronous. Errors: `database.locked`, `database.io_failed`, `database.corrupt`. */
  read<Result>(work: (connection: SqliteConnection) => Result): Promise<Result>;
  /**
   * Durable when it resolves. Writes asked for in one turn of the event loop run in the order they were asked for and
   * share one transaction, so they share its disk flush; when `work` throws, only its own part is undone, and only its
   * own caller hears of it. `work` must be synchronous and free of effects outside the database.
   * Errors: `database.locked`, `database.disk_full`, `database.io_failed` (all retryable), `database.corrupt`.
   */
  write<Result>(work: (connection: SqliteConnection) => Result): Promise<Result>;
}
