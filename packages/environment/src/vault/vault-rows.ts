import type { SqliteConnection } from '@cicd/database';

export interface DataKeyRow {
  readonly project: string;
  readonly wrapped: Uint8Array;
  readonly wrapping_key: string;
}

export interface SecretRow {
  readonly name: string;
  readonly version: number;
  readonly sealed: Uint8Array;
  readonly changed_at: string;
  readonly changed_by: string;
}

/** The id of the key that wraps what is new. */
export const wrappingKeyId = (connection: SqliteConnection): string | undefined =>
  connection.prepare<{ id: string }>('SELECT id FROM secret_wrapping_key WHERE slot = 1').get()?.id;

export const setWrappingKeyId = (connection: SqliteConnection, id: string): void =>
  void connection
    .prepare(
      'INSERT INTO secret_wrapping_key (slot, id) VALUES (1, ?) ON CONFLICT (slot) DO UPDATE SET id = excluded.id',
    )
    .run(id);

export const dataKeyRow = (connection: SqliteConnection, project: string): DataKeyRow | undefined =>
  connection.prepare<DataKeyRow>('SELECT * FROM secret_data_key WHERE project = ?').get(project);

export const dataKeyRows = (connection: SqliteConnection): readonly DataKeyRow[] =>
  connection.prepare<DataKeyRow>('SELECT * FROM secret_data_key').all();

export const putDataKey = (connection: SqliteConnection, row: DataKeyRow): void =>
  void connection
    .prepare(
      `INSERT INTO secret_data_key (project, wrapped, wrapping_key) VALUES (?, ?, ?)
       ON CONFLICT (project) DO UPDATE SET wrapped = excluded.wrapped, wrapping_key = excluded.wrapping_key`,
    )
    .run(row.project, row.wrapped, row.wrapping_key);

export const secretRow = (connection: SqliteConnection, project: string, name: string): SecretRow | undefined =>
  connection.prepare<SecretRow>('SELECT * FROM secret WHERE project = ? AND name = ?').get(project, name);

export const secretRows = (connection: SqliteConnection, project: string): readonly SecretRow[] =>
  connection.prepare<SecretRow>('SELECT * FROM secret WHERE project = ? ORDER BY name').all(project);

export const putSecret = (connection: SqliteConnection, project: string, row: SecretRow): void =>
  void connection
    .prepare(
      `INSERT INTO secret (project, name, version, sealed, changed_at, changed_by) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (project, name) DO UPDATE SET version = excluded.version, sealed = excluded.sealed,
         changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
    )
    .run(project, row.name, row.version, row.sealed, row.changed_at, row.changed_by);

export const deleteSecret = (connection: SqliteConnection, project: string, name: string): boolean =>
  connection.prepare('DELETE FROM secret WHERE project = ? AND name = ?').run(project, name).changes > 0;
