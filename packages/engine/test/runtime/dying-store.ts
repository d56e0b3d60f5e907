import type { RunEvent } from '../../src/run/events.ts';
import type { RunStore } from '../../src/store/run-store.ts';

/** Keeps so many events, and then never answers again: the process that writes is dead. */
export function dyingStore(inner: RunStore<RunEvent>, life: number): RunStore<RunEvent> {
  let left = life;
  return {
    ...inner,
    async append(run, after, events, summary) {
      const kept = events.slice(0, left);
      left -= kept.length;
      const sequence = kept.length > 0 ? await inner.append(run, after, kept, summary) : after;
      return kept.length === events.length ? sequence : new Promise<never>(() => {});
    },
  };
}
