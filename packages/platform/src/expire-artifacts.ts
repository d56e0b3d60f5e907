import { stat, utimes, writeFile } from 'node:fs/promises';
import type { Clock } from '@cicd/plugin';
import type { Platform } from './platform.ts';

/** Milliseconds: a store on a disk is read through for it, and one in a bucket is asked. */
const interval = 60 * 60 * 1000;

/**
 * Deletes the artifacts whose retention is over, at most once an hour for a data folder, whatever the number of its
 * commands. Returns how many went. Errors: `artifact.store_failed`; it is tried again after the hour.
 */
export async function expireArtifacts(
  { folder, artifacts }: Pick<Platform, 'folder' | 'artifacts'>,
  clock: Clock,
): Promise<number> {
  const now = clock.now();
  const last = await lastTime(folder.artifactsExpired);
  // A time that is still to come was written by a clock that was wrong.
  if (last <= now && now - last < interval) return 0;
  // Before the work: others who come meanwhile leave it alone.
  await writeFile(folder.artifactsExpired, '', { mode: 0o600 });
  await utimes(folder.artifactsExpired, now / 1000, now / 1000);
  return artifacts.expire(now);
}

async function lastTime(file: string): Promise<number> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Number.NEGATIVE_INFINITY;
    throw error;
  }
}
