import type { SqliteHandle } from './handle.ts';

/**
 * What every connection is set to. The driver's own default for write-ahead logs is `synchronous=NORMAL`, which may
 * lose acknowledged commits when power fails. Source: https://www.sqlite.org/pragma.html
 */
export function applyPragmas(handle: SqliteHandle, busyTimeout: number): void {
  handle.pragma(`busy_timeout = ${busyTimeout}`);
  handle.pragma('journal_mode = WAL');
  handle.pragma('synchronous = FULL');
  handle.pragma('secure_delete = ON');
  handle.pragma('foreign_keys = ON');
}
