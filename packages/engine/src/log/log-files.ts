import { constants } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import type { LogPaths } from './log-paths.ts';
import { encodeHeader, recordSize } from './log-record.ts';
import { writeAt } from './positioned-file.ts';

/**
 * A log and its index, open for writing. Bytes get into the log only after their place is in the index, and a place
 * counts only once the header says so: after a kill the index describes the whole log.
 */
export interface LogFiles {
  readonly log: FileHandle;
  readonly index: FileHandle;
}

/**
 * Opens the files, or makes them; only this user may read them. Rejects with the system's EEXIST when there is a log
 * and `existing` is false.
 */
export async function openLogFiles(paths: LogPaths, { existing }: { readonly existing: boolean }): Promise<LogFiles> {
  await mkdir(paths.folder, { recursive: true, mode: 0o700 });
  const { O_CREAT, O_EXCL, O_RDWR } = constants;
  const index = await open(paths.index, O_RDWR | O_CREAT, 0o600);
  try {
    return { index, log: await open(paths.log, O_RDWR | O_CREAT | (existing ? 0 : O_EXCL), 0o600) };
  } catch (error) {
    await index.close();
    throw error;
  }
}

/** Adds `places` behind the first `records` records. May be repeated after a failure. */
export async function writePlaces({ index }: LogFiles, records: number, places: Buffer): Promise<void> {
  if (places.length === 0) return;
  await writeAt(index, recordSize * (1 + records), places);
  await writeHeader({ index }, records + places.length / recordSize, false);
}

export async function writeHeader({ index }: Pick<LogFiles, 'index'>, records: number, closed: boolean): Promise<void> {
  await writeAt(index, 0, encodeHeader({ records, closed }));
}

export async function closeLogFiles({ log, index }: LogFiles): Promise<void> {
  await Promise.all([log.close(), index.close()]);
}
