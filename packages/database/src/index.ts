export type { Database, SqliteConnection, SqliteDatabase, SqlValue, Statement } from './database.ts';
export { DatabaseError, databaseErrorCodes, type DatabaseErrorCode } from './database-error.ts';
export type { Migration } from './migration.ts';
export type { SqliteHandle, SqliteHandleStatement } from './sqlite/handle.ts';
export { openDatabase, type OpenDatabaseOptions } from './sqlite/open-database.ts';
export { lockFile, type ProcessLock } from './sqlite/process-lock.ts';
