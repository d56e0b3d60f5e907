import type { Plan } from '../plan/plan.ts';
import type { RunEvent } from '../run/events.ts';
import { replay } from '../run/evolve.ts';
import type { RunState } from '../run/state.ts';
import type { RunStore } from '../store/run-store.ts';

/** A run as its store has it. */
export interface LoadedRun {
  readonly state: RunState;
  /** Sequence of its last event. */
  readonly last: number;
}

/** Reads a run's plan and events, and folds them. Errors: `run.not_found`. */
export async function loadRun(store: RunStore<RunEvent>, id: string): Promise<LoadedRun> {
  const [plan, events] = await Promise.all([store.plan(id), store.read(id)]);
  const state = replay(
    plan as unknown as Plan,
    events.map(({ event }) => event),
  );
  return { state, last: events.length };
}
