import type { SqliteConnection, SqliteDatabase } from '@cicd/database';
import { firstBroken, nextRow, type AuditEntry, type AuditRow } from './audit-chain.ts';

export interface ListedAuditEntry extends AuditEntry {
  readonly sequence: number;
}

/** What was done, as it was written down with the change itself. */
export interface AuditTrail {
  /** Newest first. `before`: only entries with a lower sequence. `limit`: default 50, at most 1000. */
  list(filter?: { readonly before?: number; readonly limit?: number }): Promise<readonly ListedAuditEntry[]>;
  /** Reads every row. `broken`: the first that is not what was written; `hash`: of the newest, to be kept elsewhere. */
  verify(): Promise<{ readonly entries: number; readonly hash?: string; readonly broken?: number }>;
}

/** Writes an entry in the transaction of what it tells about: both are there, or neither. */
export function recordAudit(connection: SqliteConnection, entry: AuditEntry): void {
  const last = connection.prepare<AuditRow>('SELECT * FROM audit ORDER BY sequence DESC LIMIT 1').get();
  const { sequence, entry: text, hash } = nextRow(last, entry);
  connection.prepare('INSERT INTO audit (sequence, entry, hash) VALUES (?, ?, ?)').run(sequence, text, hash);
}

/** Over a database with `accessMigrations`. */
export function createAuditTrail(database: Pick<SqliteDatabase, 'read'>): AuditTrail {
  return {
    list({ before = Number.MAX_SAFE_INTEGER, limit = 50 } = {}) {
      return database.read((connection) =>
        connection
          .prepare<AuditRow>('SELECT * FROM audit WHERE sequence < ? ORDER BY sequence DESC LIMIT ?')
          .all(before, Math.min(limit, 1000))
          .map(({ sequence, entry }) => ({ sequence, ...(JSON.parse(entry) as AuditEntry) })),
      );
    },
    verify() {
      return database.read((connection) => {
        const rows = connection.prepare<AuditRow>('SELECT * FROM audit ORDER BY sequence').all();
        const broken = firstBroken(rows);
        const hash = rows.at(-1)?.hash;
        return { entries: rows.length, ...(hash !== undefined && { hash }), ...(broken !== undefined && { broken }) };
      });
    },
  };
}
