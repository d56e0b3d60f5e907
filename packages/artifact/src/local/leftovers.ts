import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno } from './errno.ts';
import { parseWriter, stateOf } from './writer-identity.ts';

/** A file of a writer on another host counts as left behind when nothing was written to it for this long. */
const abandonedAfter = 24 * 60 * 60 * 1000;

/** Removes what writers that died left in `incoming`. What is being written, by whatever process, stays. */
export async function removeLeftovers(incoming: string, now: number): Promise<void> {
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name);
    const writer = parseWriter(name);
    const state = writer ? stateOf(writer) : 'elsewhere';
    if (state === 'dead' || (state === 'elsewhere' && (await lastWritten(path)) < now - abandonedAfter))
      await rm(path, { force: true });
  }
}

/** Never, for a file that is gone meanwhile: its writer published it. */
async function lastWritten(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return Number.POSITIVE_INFINITY;
    throw error;
  }
}
