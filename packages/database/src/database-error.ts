/** Codes of this package; each has its row in the error reference. */
export const databaseErrorCodes = [
  'database.closed',
  'database.corrupt',
  'database.disk_full',
  'database.file_exists',
  'database.io_failed',
  'database.locked',
  'database.migration_failed',
  'database.newer_version',
  'database.not_a_database',
  'database.open_failed',
] as const;

export type DatabaseErrorCode = (typeof databaseErrorCodes)[number];

export interface DatabaseErrorOptions {
  readonly code: DatabaseErrorCode;
  readonly message: string;
  readonly hint?: string;
  /** Whether the same call may succeed later without a change. Default false. */
  readonly retryable?: boolean;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * An error of the engine family. This package imports nothing of the platform, so it carries the platform's shape
 * and marker: `CicdError.isInstance` recognises it like any other.
 */
export class DatabaseError extends Error {
  readonly family = 'engine';
  readonly code: DatabaseErrorCode;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(options: DatabaseErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'DatabaseError';
    this.code = options.code;
    this.hint = options.hint;
    this.retryable = options.retryable ?? false;
    this.details = options.details ?? {};
    Object.defineProperty(this, Symbol.for('cicd.error'), { value: true });
  }
}
