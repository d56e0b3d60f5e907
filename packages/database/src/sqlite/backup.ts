import { existsSync } from 'node:fs';
import { chmod, link, open, rm } from 'node:fs/promises';
import { DatabaseError } from '../database-error.ts';
import type { SqliteHandle } from './handle.ts';

/** 4 MiB a turn of the event loop. */
const pagesPerTurn = 1_024;

/** Copies a database through SQLite's online backup into `to`, which appears whole, durable, and for the owner alone. */
export async function backUp(handle: SqliteHandle, to: string): Promise<void> {
  if (existsSync(to)) throw exists(to);
  const partial = `${to}.${process.pid}.partial`;
  try {
    const file = await open(partial, 'wx', 0o600);
    await file.close();
    await handle.backup(partial, { progress: () => pagesPerTurn });
    await chmod(partial, 0o600);
    await flush(partial);
    // A link, unlike a rename, never replaces what is there.
    await link(partial, to).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'EEXIST' ? exists(to) : error;
    });
  } finally {
    await rm(partial, { force: true });
  }
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function exists(to: string): DatabaseError {
  return new DatabaseError({
    code: 'database.file_exists',
    message: `A file is there already: ${to}`,
    hint: 'Name a file that does not exist.',
    details: { file: to },
  });
}
