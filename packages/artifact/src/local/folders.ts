import { createHash } from 'node:crypto';
import { mkdir, open, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno } from './errno.ts';

/**
 * Names on disk are hashes: no key or id, however hostile, long, or different only in case or Unicode form, can leave
 * the folder or meet another one's file.
 */
const hashed = (text: string) => createHash('sha256').update(text).digest('hex');

export interface StoreFolders {
  /** Files being written. */
  readonly incoming: string;
  /** One folder per execution, one file per artifact. */
  readonly executions: string;
  execution(executionId: string): string;
  artifact(executionId: string, key: string): string;
}

export function storeFolders(root: string): StoreFolders {
  const executions = join(root, 'executions');
  const execution = (executionId: string) => join(executions, hashed(executionId));
  return {
    incoming: join(root, 'incoming'),
    executions,
    execution,
    artifact: (executionId, key) => join(execution(executionId), hashed(key)),
  };
}

export async function createFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
}

/** Makes a rename or a new name in the folder survive a loss of power. */
export async function flushFolder(path: string): Promise<void> {
  // Windows cannot open a folder; its file systems keep names in a journal of their own.
  if (process.platform === 'win32') return;
  try {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    // Deleted meanwhile, with all that was in it.
    if (!isErrno(error, 'ENOENT')) throw error;
  }
}

export async function removeFolderIfEmpty(path: string): Promise<void> {
  try {
    await rmdir(path);
  } catch (error) {
    // Not empty, or another process was faster.
    if (!isErrno(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT')) throw error;
  }
}
