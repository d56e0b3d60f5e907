import type { Json, JsonObject } from '../schema/json.ts';

/** SQL and its parameters, which are never part of the text. */
export interface DatabaseStatement {
  /** Placeholders as the database writes them: `?` in SQLite, `$1` in PostgreSQL. */
  readonly text: string;
  readonly params: readonly Json[];
}

export interface DatabaseLimits {
  readonly signal: AbortSignal;
  /** Rows that are returned at most. */
  readonly maxRows: number;
  /** What one row more is: `connection.result_too_large`, or left where it is. */
  readonly beyond: 'fail' | 'leave';
  /** Bytes of all rows as JSON; more is `connection.result_too_large`. */
  readonly maxBytes: number;
}

/**
 * A database of the operator's, which pipelines use by its name. Values come as JSON: whole numbers that a double cannot
 * hold exactly and decimals as text, bytes as base64, dates and times as ISO 8601.
 * Errors: `connection.statement_failed`, `connection.result_too_large`, `connection.unreachable`, the signal's reason.
 */
export interface DatabaseConnection {
  /** Reads. The database itself refuses a statement that writes. */
  query(statement: DatabaseStatement, limits: DatabaseLimits): Promise<readonly JsonObject[]>;
  /** Writes, in a transaction of its own: all of it or nothing. `rows`: what the statement returns (`returning`). */
  execute(
    statement: DatabaseStatement,
    limits: DatabaseLimits,
  ): Promise<{ readonly affectedRows: number; readonly rows: readonly JsonObject[] }>;
}
