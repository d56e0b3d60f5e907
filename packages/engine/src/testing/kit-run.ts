import { equal } from 'node:assert/strict';
import type { RunClaim, RunStore, RunSummary, StoredEvent } from '../store/run-store.ts';

export interface KitEvent extends StoredEvent {
  readonly value?: unknown;
}

/** A store with nothing in it, and the other ways to its data. */
export interface RunStoreFixture {
  readonly store: RunStore<KitEvent>;
  /** The same data through another connection, as another process has it. */
  readonly another: () => Promise<RunStore<KitEvent>>;
  /** Closes the store and opens its data again. */
  readonly reopen: () => Promise<RunStore<KitEvent>>;
  readonly dispose: () => Promise<void>;
}

export type StoreTest = (
  title: string,
  body: (store: RunStore<KitEvent>, fixture: RunStoreFixture) => Promise<void>,
) => void;

export const event = (value: unknown): KitEvent => ({ type: 'test.happened', at: 1_700_000_000_000, value });

export const values = async (store: RunStore<KitEvent>, id: string, after?: number) =>
  (await store.read(id, after)).map(({ event: { value } }) => value);

export const code = (expected: string) => (error: unknown) => {
  equal((error as { code?: unknown }).code, expected);
  return true;
};

export const owner = 'owner-1';

/** The claim that a new run has. */
export const claim = (run: string): RunClaim => ({ run, owner, fence: 1 });

export function summary(id: string, more: Partial<RunSummary> = {}): RunSummary {
  return {
    id,
    project: 'shop',
    pipeline: 'release',
    status: 'running',
    attempt: 1,
    createdAt: '2026-01-01T00:00:00.000Z',
    ...more,
  };
}

export const create = (store: RunStore<KitEvent>, id: string, more?: Partial<RunSummary>) =>
  store.create(summary(id, more), {}, [], owner);
