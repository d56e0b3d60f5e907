import { open, type FileHandle } from 'node:fs/promises';
import { ConfigError } from '@cicd/plugin';
import { LogIndexReader } from './log-index-reader.ts';
import type { LogPaths } from './log-paths.ts';
import type { LogKey } from './log-store.ts';
import { isSystemError } from './system-error.ts';

/** A log and its index, open for reading. */
export interface OpenLog {
  readonly file: FileHandle;
  readonly index: LogIndexReader;
  close(): Promise<void>;
}

/** Errors: `log.not_found`. */
export async function openLog(paths: LogPaths, key: LogKey): Promise<OpenLog> {
  const file = await openExisting(paths.log, key);
  try {
    const index = await openExisting(paths.index, key);
    const close = async () => void (await Promise.all([file.close(), index.close()]));
    return { file, index: new LogIndexReader(index), close };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openExisting(path: string, key: LogKey): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error;
    throw new ConfigError({
      code: 'log.not_found',
      message: `run ${key.run} has no log of step "${key.step}", attempt ${key.attempt}`,
      hint: 'A step that has not started, or wrote nothing, has no log; the logs of old runs are deleted with them.',
      details: { ...key },
    });
  }
}
