import { isOwned, runOwned } from '../store/run-errors.ts';
import type { RunClaim, RunStore } from '../store/run-store.ts';
import type { Ownership } from './ownership.ts';

/**
 * Claims a run for this process: one that nobody holds, or whose holder's process is gone.
 * Errors: `run.owned`, `run.not_found`.
 */
export async function claimRun(store: RunStore, ownership: Ownership, run: string): Promise<RunClaim> {
  const owner = await ownership.open();
  for (;;) {
    const holder = await store.holder(run);
    if (holder && (await ownership.isAlive(holder.owner))) throw runOwned(run);
    try {
      return await store.claim(run, owner, holder);
    } catch (error) {
      // Somebody was faster, and may be gone as well by now.
      if (!isOwned(error)) throw error;
    }
  }
}
