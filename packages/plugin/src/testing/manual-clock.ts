import type { Clock } from '../clock.ts';

/** A clock that stands still until it is told to go. */
export interface ManualClock extends Clock {
  /** Moves time forward and wakes who waits for it, in order. */
  advance(milliseconds: number): void;
  /** How many callers wait. */
  readonly waiting: number;
  /** When the first of them is woken; undefined when nobody waits. */
  readonly next: number | undefined;
}

export function createManualClock(start = Date.UTC(2026, 0, 1)): ManualClock {
  let time = start;
  const sleepers = new Set<{ until: number; wake(): void }>();
  return {
    now: () => time,
    waitUntil(until, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error);
        if (until <= time) return resolve();
        const onAbort = () => {
          sleepers.delete(sleeper);
          reject(signal?.reason as Error);
        };
        const sleeper = {
          until,
          wake() {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', onAbort, { once: true });
      });
    },
    advance(milliseconds) {
      time += milliseconds;
      for (const sleeper of [...sleepers].sort((a, b) => a.until - b.until)) if (sleeper.until <= time) sleeper.wake();
    },
    get waiting() {
      return sleepers.size;
    },
    get next() {
      return sleepers.size === 0 ? undefined : Math.min(...Array.from(sleepers, ({ until }) => until));
    },
  };
}
