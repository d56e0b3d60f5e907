import { DatabaseError, type DatabaseErrorOptions } from '../database-error.ts';

type Translation = Omit<DatabaseErrorOptions, 'cause'>;

/** Result codes of SQLite (https://www.sqlite.org/rescode.html) and of the file system that say something about the file or its host. */
const translations: readonly (readonly [codes: RegExp, translation: Translation])[] = [
  [
    /^SQLITE_(BUSY|LOCKED)/,
    {
      code: 'database.locked',
      message: 'The database is locked by another process.',
      hint: 'Try again; if it stays locked, look for a process that was suspended while it used this data folder.',
      retryable: true,
    },
  ],
  [
    /^(SQLITE_FULL|ENOSPC|EDQUOT)/,
    {
      code: 'database.disk_full',
      message: 'There is no space left to write to the database.',
      hint: 'Free space on the disk of the data folder.',
      retryable: true,
    },
  ],
  [
    /^(SQLITE_IOERR|EIO$)/,
    {
      code: 'database.io_failed',
      message: 'The disk failed to read or write the database.',
      hint: 'Check the disk of the data folder and its free space.',
      retryable: true,
    },
  ],
  [
    /^SQLITE_CORRUPT/,
    {
      code: 'database.corrupt',
      message: 'The database file is damaged.',
      hint: 'Keep the file, restore the last backup, and check the disk.',
    },
  ],
  [
    /^SQLITE_NOTADB/,
    {
      code: 'database.not_a_database',
      message: 'The file is not a database, or its beginning is damaged.',
      hint: 'Name another file, or restore the last backup.',
    },
  ],
  [
    /^(SQLITE_(CANTOPEN|READONLY|PERM|AUTH)|ENOENT|EEXIST|ENOTDIR|EISDIR|EACCES|EPERM|EROFS)/,
    {
      code: 'database.open_failed',
      message: 'The database file cannot be opened for writing.',
      hint: 'Check that the path is a file in a folder you may write to.',
    },
  ],
];

/** Says what an error of SQLite or the file system means; any other error comes back as it is. */
export function translateError(error: unknown, file?: string): unknown {
  const code = (error as { code?: unknown } | undefined)?.code;
  if (typeof code !== 'string') return error;
  const found = translations.find(([codes]) => codes.test(code));
  if (!found) return error;
  const [, translation] = found;
  const message = file === undefined ? translation.message : `${translation.message.slice(0, -1)}: ${file}`;
  return new DatabaseError({
    ...translation,
    message,
    details: { reason: code, ...(file !== undefined && { file }) },
    cause: error,
  });
}
