import { row } from './row.ts';

export const databaseCodes = {
  'database.closed': row(503, 1, 'The database was used after it was closed.'),
  'database.corrupt': row(500, 1, 'The database file is damaged.'),
  'database.disk_full': row(507, 1, 'There is no space left to write to the database.'),
  'database.file_exists': row(409, 2, 'A backup was to be written over a file that exists.'),
  'database.io_failed': row(503, 1, 'The disk failed to read or write the database.'),
  'database.locked': row(503, 1, 'Another process kept the database locked for too long.'),
  'database.migration_failed': row(
    500,
    1,
    'The schema of the database could not be brought up to date; the file is as it was.',
  ),
  'database.newer_version': row(500, 2, 'The database was written by a newer version.'),
  'database.not_a_database': row(500, 2, 'The file is not a database.'),
  'database.open_failed': row(500, 2, 'The database file cannot be opened for writing.'),
} as const;
