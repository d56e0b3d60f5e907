import type { SqliteConnection } from '@cicd/database';

/** A cache, or one that is being written. Times are milliseconds since the epoch. */
export interface CacheRow {
  /** Hash of project and paths. */
  readonly scope: string;
  readonly key: string;
  readonly project: string;
  /** JSON. */
  readonly paths: string;
  readonly bytes: number;
  readonly created_at: number;
  readonly used_at: number;
  /** 0 until its content is there. */
  readonly is_written: 0 | 1;
}

export const writtenRows = (connection: SqliteConnection): readonly CacheRow[] =>
  connection.prepare<CacheRow>('SELECT * FROM cache WHERE is_written = 1 ORDER BY used_at DESC, scope, key').all();

export const cacheRow = (connection: SqliteConnection, scope: string, key: string): CacheRow | undefined =>
  connection.prepare<CacheRow>('SELECT * FROM cache WHERE scope = ? AND key = ?').get(scope, key);

/** The cache of the key, else the newest that begins with the first prefix that fits. */
export function bestRow(
  connection: SqliteConnection,
  scope: string,
  key: string,
  prefixes: readonly string[],
): CacheRow | undefined {
  const exact = cacheRow(connection, scope, key);
  if (exact?.is_written) return exact;
  const byPrefix = connection.prepare<CacheRow>(
    `SELECT * FROM cache WHERE scope = ? AND is_written = 1 AND substr(key, 1, length(?)) = ?
     ORDER BY created_at DESC, key LIMIT 1`,
  );
  for (const prefix of prefixes) {
    const row = byPrefix.get(scope, prefix, prefix);
    if (row) return row;
  }
  return undefined;
}

export const touchRow = (connection: SqliteConnection, { scope, key }: CacheRow, now: number): void =>
  void connection.prepare('UPDATE cache SET used_at = ? WHERE scope = ? AND key = ?').run(now, scope, key);

/** Notes that a cache is about to be written: what a killed process leaves of it is found by its row. */
export const beginRow = (connection: SqliteConnection, row: CacheRow): void =>
  void connection
    .prepare(
      `INSERT INTO cache (scope, key, project, paths, bytes, created_at, used_at, is_written)
       VALUES (?, ?, ?, ?, 0, ?, ?, 0)
       ON CONFLICT (scope, key) DO UPDATE SET used_at = excluded.used_at`,
    )
    .run(row.scope, row.key, row.project, row.paths, row.created_at, row.used_at);

export const finishRow = (connection: SqliteConnection, { scope, key }: CacheRow, bytes: number, now: number): void =>
  void connection
    .prepare('UPDATE cache SET bytes = ?, created_at = ?, used_at = ?, is_written = 1 WHERE scope = ? AND key = ?')
    .run(bytes, now, now, scope, key);

export const deleteRow = (connection: SqliteConnection, { scope, key }: Pick<CacheRow, 'scope' | 'key'>): void =>
  void connection.prepare('DELETE FROM cache WHERE scope = ? AND key = ?').run(scope, key);

/** The rows that go so that the rest fits: those that nobody has used for longest, and writers that are long gone. */
export function rowsToEvict(connection: SqliteConnection, quota: number, abandonedBefore: number): readonly CacheRow[] {
  const abandoned = connection
    .prepare<CacheRow>('SELECT * FROM cache WHERE is_written = 0 AND used_at < ?')
    .all(abandonedBefore);
  let bytes = 0;
  const beyond = writtenRows(connection).filter((row) => (bytes += row.bytes) > quota);
  return [...abandoned, ...beyond];
}
