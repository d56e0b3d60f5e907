import type { Clock, SandboxDriver } from '@cicd/plugin';
import { carryOut } from '../run/carry-out.ts';
import type { RunEvent } from '../run/events.ts';
import { isOwned } from '../store/run-errors.ts';
import type { RunStore, RunSummary } from '../store/run-store.ts';
import { claimRun } from './claim-run.ts';
import { loadRun } from './load-run.ts';
import type { Ownership } from './ownership.ts';
import { summarise } from './summary.ts';

/** How long and how much is kept of the workspaces of failed runs. */
export interface WorkspaceLimits {
  /** Milliseconds since the run's end. */
  readonly age: number;
  /** Of all together; the newest one is kept in any case. */
  readonly bytes: number;
}

export const defaultWorkspaceLimits: WorkspaceLimits = { age: 24 * 3_600_000, bytes: 10 * 2 ** 30 };

/** Ids of the runs whose workspace has been kept for too long, or has no room beside the newer ones. */
export function expiredWorkspaces(
  runs: readonly RunSummary[],
  now: number,
  { age, bytes }: WorkspaceLimits,
): readonly string[] {
  const endOf = ({ finishedAt }: RunSummary) => (finishedAt === undefined ? Infinity : Date.parse(finishedAt));
  const kept = runs.filter((run) => run.workspaceBytes !== undefined).toSorted((a, b) => endOf(b) - endOf(a));
  let total = 0;
  return kept
    .filter((run, position) => {
      total += run.workspaceBytes ?? 0;
      return now - endOf(run) > age || (position > 0 && total > bytes);
    })
    .map(({ id }) => id);
}

export interface WorkspaceRetention {
  readonly store: RunStore<RunEvent>;
  readonly ownership: Ownership;
  readonly driver: SandboxDriver;
  readonly clock: Clock;
  readonly limits?: WorkspaceLimits;
}

/** Removes the workspaces that have been kept long enough; one whose run is being run again is left alone. */
export async function removeExpiredWorkspaces(retention: WorkspaceRetention): Promise<readonly string[]> {
  const { store, driver, clock, limits = defaultWorkspaceLimits } = retention;
  const expired = expiredWorkspaces(await store.list({ keepsWorkspace: true, limit: 1000 }), clock.now(), limits);
  if (expired.length === 0) return [];
  const there = new Set(await driver.runs());
  const removed: string[] = [];
  for (const id of expired) if (there.has(id) && (await removeWorkspace(retention, id))) removed.push(id);
  return removed;
}

async function removeWorkspace({ store, ownership, driver, clock }: WorkspaceRetention, id: string): Promise<boolean> {
  const claim = await claimRun(store, ownership, id).catch((error: unknown) => {
    if (isOwned(error)) return undefined;
    throw error;
  });
  if (!claim) return false;
  try {
    const { state, last } = await loadRun(store, id);
    if (!state.workspace) return false;
    await (await driver.open(id)).close();
    await store.append(claim, last, carryOut(state, { type: 'remove_workspace' }, clock.now()), summarise(state));
    return true;
  } finally {
    await store.release(claim);
  }
}
