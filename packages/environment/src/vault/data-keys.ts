import { randomBytes } from 'node:crypto';
import type { SqliteConnection } from '@cicd/database';
import { EngineError } from '@cicd/plugin';
import type { KeyFolder } from '../keys/key-folder.ts';
import { keyLength, open, seal } from '../seal.ts';
import { dataKeyRow, dataKeyRows, putDataKey, setWrappingKeyId, wrappingKeyId, type DataKeyRow } from './vault-rows.ts';

const placeOf = (project: string, wrappingKey: string) => ['data key', project, wrappingKey];

/** The key of a project's secrets, out of its wrapping. Errors: `secret.key_missing`, `secret.damaged`. */
export function unwrap(keys: KeyFolder, row: DataKeyRow): Uint8Array {
  const wrapping = wrappingKey(keys, row.wrapping_key);
  const key = open(wrapping, row.wrapped, placeOf(row.project, row.wrapping_key));
  if (key) return key;
  throw new EngineError({
    code: 'secret.damaged',
    message: `the key of the secrets of ${row.project} does not open`,
    hint: 'The database or the key is not what was written: restore both from the same time.',
  });
}

/** The same, made when the project has none yet. Inside a transaction, and when there is a wrapping key. */
export function openDataKey(connection: SqliteConnection, keys: KeyFolder, project: string): Uint8Array {
  const row = dataKeyRow(connection, project);
  if (row) return unwrap(keys, row);
  const wrappedBy = wrappingKeyId(connection);
  if (wrappedBy === undefined) throw new TypeError('there is no wrapping key yet');
  const key = randomBytes(keyLength);
  putDataKey(connection, wrap(keys, key, project, wrappedBy));
  return key;
}

/** Wraps every key anew, and what comes from now on; returns how many there were. Inside a transaction. */
export function wrapAllBy(connection: SqliteConnection, keys: KeyFolder, wrappedBy: string): number {
  const rows = dataKeyRows(connection);
  for (const row of rows) putDataKey(connection, wrap(keys, unwrap(keys, row), row.project, wrappedBy));
  setWrappingKeyId(connection, wrappedBy);
  return rows.length;
}

/** The id of the key that wraps what is new, made at the first use; of two processes that make one, the first wins. */
export function firstWrappingKey(connection: SqliteConnection, made: string): string {
  const id = wrappingKeyId(connection);
  if (id !== undefined) return id;
  setWrappingKeyId(connection, made);
  return made;
}

function wrap(keys: KeyFolder, key: Uint8Array, project: string, wrappedBy: string): DataKeyRow {
  const wrapped = seal(wrappingKey(keys, wrappedBy), key, placeOf(project, wrappedBy));
  return { project, wrapped, wrapping_key: wrappedBy };
}

function wrappingKey(keys: KeyFolder, id: string): Uint8Array {
  const key = keys.read(id);
  if (key) return key;
  throw new EngineError({
    code: 'secret.key_missing',
    message: `the key ${id} that opens the secrets is not there`,
    hint: 'Bring its file back to the folder of keys (CICD_KEY_FOLDER, or `keys` in the data folder). Without it the secrets are lost: set them again in a new data folder.',
  });
}
