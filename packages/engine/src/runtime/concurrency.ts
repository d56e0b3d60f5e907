import type { CicdError, Clock } from '@cicd/plugin';
import { resolveText } from '../expression/evaluate.ts';
import type { Masker } from '../masking/masker.ts';
import type { RunConcurrency, RunEvent } from '../run/events.ts';
import type { RunState } from '../run/state.ts';
import { hasEnded } from '../store/run-errors.ts';
import type { RunStore, RunSummary } from '../store/run-store.ts';
import { loadRun } from './load-run.ts';
import type { Mailbox } from './mailbox.ts';
import type { Ownership } from './ownership.ts';
import type { QueuedBehind } from './ports.ts';
import { createRunValues, type RunValuesOptions } from './run-values.ts';
import { postedMessage } from './run-mail.ts';
import { outlast } from './trouble.ts';
import { unlessAborted } from './unless-aborted.ts';

/** The group that a run belongs to, where its pipeline names one. Errors: `expression.*`. */
export function concurrencyOf(options: RunValuesOptions, masker: Masker): RunConcurrency | undefined {
  const { state } = options;
  const { concurrency } = state.plan;
  if (!concurrency) return undefined;
  const text = resolveText(concurrency.group, createRunValues(options).in(state.index.root).at('concurrency.group'));
  return { group: masker.text(text), cancelInProgress: concurrency.cancelInProgress };
}

export interface GroupOptions {
  readonly store: RunStore<RunEvent>;
  readonly ownership: Ownership;
  readonly mailbox: Mailbox;
  readonly clock: Clock;
  readonly state: RunState;
  onQueued(behind: QueuedBehind): void;
  onTrouble(error: CicdError): void;
}

/** A run's part in its concurrency group. */
export interface RunGroup {
  /**
   * Waits until the runs of the group that came before have ended; where the pipeline says so, it asks them to. Looks
   * again when this run is nudged, and when the process of the run that has the group is gone: it may have ended the run
   * without a word to others. Trouble is waited out. Rejects with the signal's reason.
   */
  awaitTurn(signal: AbortSignal): Promise<void>;
  /** Has every run of the group look again: one of them has ended, was left, or is driven by another process now. */
  call(): Promise<void>;
}

/** Whom a run waits for; `owner`: the living process that drives it. */
interface Ahead {
  readonly run: string;
  readonly owner: string | undefined;
}

export function createRunGroup({ group, cancelInProgress }: RunConcurrency, options: GroupOptions): RunGroup {
  const { store, ownership, mailbox, clock, state, onTrouble } = options;
  const asked = new Set<string>();

  const look = async (): Promise<Ahead | undefined> => {
    const before = await runsBefore(store, group, state.id);
    const [first] = before;
    if (!first) return undefined;
    for (const { id } of cancelInProgress ? before : []) {
      if (!asked.has(id)) await askToEnd(id).catch(unlessEnded);
      asked.add(id);
    }
    const holder = await store.holder(first.id);
    const isDriven = holder !== undefined && (await ownership.isAlive(holder.owner));
    return { run: first.id, owner: isDriven ? holder.owner : undefined };
  };

  /** Once, whatever befell the asking: a second request would end what may still tidy up. */
  const askToEnd = async (run: string) => {
    const isAsked = (await loadRun(store, run)).state.cancel !== undefined;
    const pending = isAsked ? [] : await store.messages(run);
    const isUnderway = pending.some((message) => postedMessage(message).content.type === 'cancel');
    if (isUnderway) await mailbox.deliver(run);
    else if (!isAsked) await mailbox.post(run, { type: 'cancel', cause: 'superseded' }, state.actor);
  };

  const call = async () => {
    for (const { id } of await store.unfinishedOf(group)) {
      const holder = id === state.id ? undefined : await store.holder(id);
      if (holder) await ownership.nudge(holder.owner, id);
    }
  };

  return {
    async awaitTurn(signal) {
      const patient = { clock, signal, onTrouble };
      let nudged = Promise.withResolvers<void>();
      let told: Ahead | undefined;
      const stopNudges = ownership.onNudge(state.id, () => nudged.resolve());
      try {
        for (;;) {
          signal.throwIfAborted();
          nudged = Promise.withResolvers();
          const ahead = await outlast(look, patient);
          if (!ahead) return;
          const { run, owner } = ahead;
          if (told?.run !== run || told.owner !== owner) {
            options.onQueued({ group, run, isDriven: owner !== undefined });
            told = ahead;
          }
          const watch = new AbortController();
          const watched = AbortSignal.any([signal, watch.signal]);
          const gone =
            owner === undefined ? [] : [outlast(() => ownership.gone(owner, watched), { ...patient, signal: watched })];
          try {
            await unlessAborted(Promise.race([nudged.promise, ...gone]), signal);
          } finally {
            watch.abort();
          }
        }
      } finally {
        stopNudges();
      }
    },
    call: () => outlast(call, { clock, onTrouble }),
  };
}

async function runsBefore(store: RunStore<RunEvent>, group: string, run: string): Promise<readonly RunSummary[]> {
  const unfinished = await store.unfinishedOf(group);
  return unfinished.slice(
    0,
    unfinished.findIndex(({ id }) => id === run),
  );
}

function unlessEnded(error: unknown): void {
  if (!hasEnded(error)) throw error;
}
