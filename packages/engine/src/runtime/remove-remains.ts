import type { Clock, SandboxDriver } from '@cicd/plugin';
import type { RunEvent } from '../run/events.ts';
import { isOwned } from '../store/run-errors.ts';
import type { RunStore } from '../store/run-store.ts';
import { claimRun } from './claim-run.ts';
import { loadRun } from './load-run.ts';
import { createMailbox } from './mailbox.ts';
import type { Ownership } from './ownership.ts';
import { neededToGoOn } from './run-workspaces.ts';

export interface RemainsOfRun {
  readonly store: RunStore<RunEvent>;
  readonly ownership: Ownership;
  readonly driver: SandboxDriver;
  readonly clock: Clock;
  readonly run: string;
}

/**
 * Removes what a process that is gone has left in the sandbox of a run that waits or has ended: the container of a shell
 * whose terminal was killed. What the run needs to go on stays, and so does a workspace that was kept. Returns whether
 * there was something to do: not for a run that a living process holds, or that is under way.
 */
export async function removeRemains({ store, ownership, driver, clock, run }: RemainsOfRun): Promise<boolean> {
  const claim = await claimRun(store, ownership, run).catch((error: unknown) => {
    if (isOwned(error)) return undefined;
    throw error;
  });
  if (!claim) return false;
  try {
    const { state } = await loadRun(store, run);
    const hasEnded = state.finishedAt !== undefined;
    if (!hasEnded && state.status !== 'waiting') return false;
    const sandbox = await driver.open(run);
    await sandbox.close(hasEnded ? { keepWorkspace: state.workspace !== undefined } : neededToGoOn(state));
    return true;
  } finally {
    await store.release(claim);
    // What was said to the run while it was held.
    await createMailbox({ store, ownership, clock }).deliver(run);
  }
}
