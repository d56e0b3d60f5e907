import { statSync } from 'node:fs';
import { DatabaseError } from '../database-error.ts';
import type { SqliteHandle } from './handle.ts';

/**
 * Checks a file that was not closed properly. A clean close removes the write-ahead log, so a log that is left means
 * a process that died, or one that still has the file open: the exclusive lock tells them apart, and a file in use is
 * left to its user.
 * Errors: `database.corrupt`.
 */
export function checkAfterCrash(file: string, connect: () => SqliteHandle): void {
  const log = statSync(`${file}-wal`, { throwIfNoEntry: false });
  if (!log || log.size === 0) return;
  const handle = connect();
  try {
    handle.pragma('busy_timeout = 0');
    handle.pragma('synchronous = FULL');
    handle.pragma('locking_mode = EXCLUSIVE');
    const finding = handle.pragma('quick_check(1)', { simple: true });
    if (finding === 'ok') return;
    throw new DatabaseError({
      code: 'database.corrupt',
      message: `The database file is damaged: ${file}: ${String(finding)}`,
      hint: 'Keep the file, restore the last backup, and check the disk.',
      details: { file },
    });
  } catch (error) {
    if (!String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY')) throw error;
  } finally {
    handle.close();
  }
}
