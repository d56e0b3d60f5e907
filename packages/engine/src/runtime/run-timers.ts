import type { Clock } from '@cicd/plugin';

/** What is to be done for a run at its time, as long as it is driven here. */
export interface RunTimers {
  /** Aborted when nothing more is to be done. */
  readonly signal: AbortSignal;
  /** `until`: milliseconds since the epoch. */
  at(until: number, act: () => void): void;
  end(): void;
}

export function createRunTimers(clock: Clock): RunTimers {
  const ended = new AbortController();
  const { signal } = ended;
  return {
    signal,
    at(until, act) {
      clock.waitUntil(until, signal).then(act, () => {
        // The run ended first.
      });
    },
    end: () => ended.abort(),
  };
}
