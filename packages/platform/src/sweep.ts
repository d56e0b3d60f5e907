import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { CicdError, type Clock, type SandboxDriver } from '@cicd/plugin';
import { removeExpiredWorkspaces, removeRemains, type RunStore, type RunSummary } from '@cicd/engine';
import { expireArtifacts } from './expire-artifacts.ts';
import { reservationHolds } from './local/data-folder/reserve-run.ts';
import type { Platform } from './platform.ts';

/**
 * Removes what nobody will come back for: containers, volumes and processes of runs that have ended or never began,
 * shells whose terminal was killed, workspaces that were kept for long enough, artifacts past their retention, and the
 * traces of processes that are gone. Spares runs that have not ended or are about to begin. Removes nothing from a data
 * folder that is not at home. Returns the names of what the driver removed.
 */
export async function sweep(platform: Platform, driver: SandboxDriver, clock: Clock): Promise<readonly string[]> {
  const { atHome, runs: store, ownership } = platform;
  if (!atHome) return [];
  const now = clock.now();
  let keepsWorkspaces = false;
  let abandoned: readonly string[] = [];
  const removed = await driver.sweep(async (runs) => {
    const judged = await Promise.all(runs.map((run) => judge(platform, run, now)));
    keepsWorkspaces = judged.includes('keeps workspace');
    abandoned = runs.filter((_run, index) => judged[index] === 'abandoned');
    return runs.filter((_run, index) => judged[index] === 'orphan');
  });
  for (const run of abandoned) await removeRemains({ store, ownership, driver, clock, run });
  // Only then: it needs the list of runs, which takes its time to load.
  if (keepsWorkspaces) await removeExpiredWorkspaces({ store, ownership, driver, clock });
  await ownership.bury();
  await Promise.all([removeTemporary(platform), dropReservations(platform, now)]);
  // Last: a store that is away keeps nothing else from being cleaned up.
  await expireArtifacts(platform, clock);
  return removed;
}

type Judgement = 'orphan' | 'spared' | 'abandoned' | 'keeps workspace';

/**
 * What to do with what a run left. It was listed before: what begins now is not among the listed. `abandoned`: nothing of
 * it is at work, but the process that held it was killed, and may have left a shell there.
 */
async function judge(platform: Platform, id: string, now: number): Promise<Judgement> {
  const { runs, folder, ownership } = platform;
  const run = await summaryOf(runs, id);
  if (!run) return reservationHolds(path.join(folder.reserved, id), now) ? 'spared' : 'orphan';
  const holder = await runs.holder(id);
  if (holder && (await ownership.isAlive(holder.owner))) return 'spared';
  const isAtRest = run.finishedAt !== undefined || run.status === 'waiting';
  if (holder && isAtRest) return 'abandoned';
  if (run.finishedAt === undefined) return 'spared';
  return run.workspaceBytes === undefined ? 'orphan' : 'keeps workspace';
}

async function summaryOf(runs: Pick<RunStore, 'find'>, id: string): Promise<RunSummary | undefined> {
  try {
    const found = await runs.find(id);
    return found.id === id ? found : undefined;
  } catch (error) {
    const isUnknown = CicdError.isInstance(error) && ['run.not_found', 'run.ambiguous'].includes(error.code);
    if (isUnknown) return undefined;
    throw error;
  }
}

async function removeTemporary({ folder: { temporary }, ownership }: Platform): Promise<void> {
  const names = await readdir(temporary).catch(emptyWhenMissing);
  for (const owner of names) {
    if (!(await ownership.isAlive(owner))) await rm(path.join(temporary, owner), { recursive: true, force: true });
  }
}

async function dropReservations({ folder: { reserved } }: Platform, now: number): Promise<void> {
  for (const run of await readdir(reserved).catch(emptyWhenMissing)) {
    const file = path.join(reserved, run);
    if (!reservationHolds(file, now)) await rm(file, { force: true });
  }
}

function emptyWhenMissing(error: unknown): string[] {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  return [];
}
