import { CicdError } from '@cicd/plugin';
import { resolveText } from '../expression/evaluate.ts';
import type { Masker } from '../masking/masker.ts';
import type { RunConcurrency } from '../run/events.ts';
import type { RunState } from '../run/state.ts';
import { groupBusy } from '../store/run-errors.ts';
import type { RunStore, RunSummary } from '../store/run-store.ts';
import type { Mailbox } from './mailbox.ts';
import type { Ownership } from './ownership.ts';
import type { QueuedBehind } from './ports.ts';
import { createRunValues, type RunValuesOptions } from './run-values.ts';

/** The group that a run belongs to, where its pipeline names one. Errors: `expression.*`. */
export function concurrencyOf(options: RunValuesOptions, masker: Masker): RunConcurrency | undefined {
  const { state } = options;
  const { concurrency } = state.plan;
  if (!concurrency) return undefined;
  const text = resolveText(concurrency.group, createRunValues(options).in(state.index.root).at('concurrency.group'));
  return { group: masker.text(text), cancelInProgress: concurrency.cancelInProgress };
}

export interface TurnOptions {
  readonly store: RunStore;
  readonly ownership: Ownership;
  readonly mailbox: Mailbox;
  readonly state: RunState;
  readonly signal: AbortSignal;
  onQueued(behind: QueuedBehind): void;
}

/**
 * Waits until the runs of the group that came before have ended; where the pipeline says so, it asks them to. Looks
 * again whenever this run is nudged. Rejects with the signal's reason.
 */
export async function awaitTurn(concurrency: RunConcurrency, options: TurnOptions): Promise<void> {
  const { store, ownership, mailbox, state, signal } = options;
  const { group, cancelInProgress } = concurrency;
  let nudged = Promise.withResolvers<void>();
  const stopNudges = ownership.onNudge(state.id, () => nudged.resolve());
  const onAbort = () => nudged.reject(signal.reason);
  signal.addEventListener('abort', onAbort);
  const asked = new Set<string>();
  try {
    for (;;) {
      signal.throwIfAborted();
      const [first, ...others] = await runsBefore(store, group, state.id);
      if (!first) return;
      for (const { id } of cancelInProgress ? [first, ...others] : []) {
        if (asked.has(id)) continue;
        asked.add(id);
        await mailbox.post(id, { type: 'cancel', cause: 'superseded' }, state.actor).catch(unlessEnded);
      }
      const holder = await store.holder(first.id);
      const isDriven = holder !== undefined && (await ownership.isAlive(holder.owner));
      options.onQueued({ group, run: first.id, isDriven });
      await nudged.promise;
      nudged = Promise.withResolvers();
    }
  } finally {
    stopNudges();
    signal.removeEventListener('abort', onAbort);
  }
}

async function runsBefore(store: RunStore, group: string, run: string): Promise<readonly RunSummary[]> {
  const unfinished = await store.unfinishedOf(group);
  return unfinished.slice(
    0,
    unfinished.findIndex(({ id }) => id === run),
  );
}

/** A run that has ended does not queue again: it is run again when its group is free. Errors: `run.group_busy`. */
export async function assertGroupFree(store: RunStore, concurrency: RunConcurrency | undefined): Promise<void> {
  if (!concurrency) return;
  const [holder] = await store.unfinishedOf(concurrency.group);
  if (holder) throw groupBusy(concurrency.group, holder.id);
}

/** Tells the run whose turn it is, after one of its group has ended. */
export async function callNext(store: RunStore, ownership: Ownership, { group }: RunConcurrency): Promise<void> {
  const [next] = await store.unfinishedOf(group);
  const holder = next && (await store.holder(next.id));
  if (holder) await ownership.nudge(holder.owner, holder.run);
}

function unlessEnded(error: unknown): void {
  if (!CicdError.isInstance(error) || error.code !== 'run.ended') throw error;
}
