import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseError } from '../database-error.ts';
import { translateError } from './translate-error.ts';

export interface LockOptions {
  /** Whether a missing file is made. Default true. */
  readonly create?: boolean;
}

/** A file that this process holds. */
export interface ProcessLock {
  /** Lets go of it; the file stays. Idempotent. */
  release(): void;
}

/**
 * Takes a file for as long as this process lives: the operating system drops the lock with the process, however that
 * ends, and no child inherits it. The file stays empty. Undefined when it is held already,
 * by another process or by this one. Not for network file systems, which may not keep such locks.
 * Errors: `database.open_failed`, `database.io_failed`, `database.disk_full`.
 */
export async function lockFile(file: string, { create = true }: LockOptions = {}): Promise<ProcessLock | undefined> {
  const { default: Sqlite } = await import('better-sqlite3');
  let handle: InstanceType<typeof Sqlite> | undefined;
  try {
    handle = new Sqlite(file, { timeout: 0, fileMustExist: !create });
    // A transaction that writes nothing: its lock is all that is wanted.
    handle.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    handle?.close();
    if ((error as { code?: string }).code?.startsWith('SQLITE_BUSY')) return undefined;
    throw existsSync(dirname(file)) ? translateError(error, file) : folderMissing(file, error);
  }
  const held = handle;
  return { release: () => void held.close() };
}

const folderMissing = (file: string, cause: unknown) =>
  new DatabaseError({
    code: 'database.open_failed',
    message: `The folder of the file is not there: ${file}`,
    hint: 'Make the folder first.',
    cause,
  });
