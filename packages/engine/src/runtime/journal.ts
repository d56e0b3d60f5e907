import { isDeepStrictEqual } from 'node:util';
import type { CicdError, Clock } from '@cicd/plugin';
import type { RunEvent } from '../run/events.ts';
import type { RunState } from '../run/state.ts';
import type { RunClaim, RunStore } from '../store/run-store.ts';
import type { SequencedEvent } from './ports.ts';
import { summarise } from './summary.ts';
import { outlast } from './trouble.ts';

export interface JournalOptions {
  readonly store: RunStore<RunEvent>;
  readonly clock: Clock;
  readonly state: RunState;
  /** The right to write. */
  readonly claim: RunClaim;
  /** Sequence of the last event that is stored. */
  readonly after: number;
  onDurable(events: readonly SequencedEvent[]): void;
  onTrouble(error: CicdError): void;
}

/** Appends a run's events in order: what is written in one turn, or while an append is under way, goes together. */
export interface Journal {
  /** Resolves when the events, and all before them, are durable. Rejects when the run belongs to another writer. */
  write(events: readonly RunEvent[]): Promise<void>;
  /** Resolves when everything written so far is durable. */
  flushed(): Promise<void>;
}

export function createJournal({ store, clock, state, claim, after, onDurable, onTrouble }: JournalOptions): Journal {
  let sequence = after;
  let pending: RunEvent[] = [];
  let next: Promise<void> | undefined;
  let current: Promise<void> = Promise.resolve();

  let inDoubt = false;

  const noteTrouble = (error: CicdError) => {
    inDoubt = true;
    onTrouble(error);
  };

  /** After trouble the append may have been stored although nobody heard of it. */
  const appendOnce = async (events: readonly RunEvent[]) => {
    if (inDoubt) {
      const stored = await store.read(state.id, sequence);
      inDoubt = false;
      if (
        stored.length > 0 &&
        isDeepStrictEqual(
          stored.map(({ event }) => event),
          events,
        )
      )
        return sequence + events.length;
    }
    return store.append(claim, sequence, events, summarise(state));
  };

  const append = async () => {
    await current;
    const events = pending;
    pending = [];
    next = undefined;
    const first = sequence + 1;
    // The state is ahead of the store by exactly these events: an effect waits for its own, the summary fits them all.
    sequence = await outlast(() => appendOnce(events), { clock, onTrouble: noteTrouble });
    onDurable(events.map((event, position) => ({ sequence: first + position, event })));
  };
  return {
    write(events) {
      pending.push(...events);
      next ??= current = append();
      return next;
    },
    flushed: () => next ?? current,
  };
}
