/** Time as an argument. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves at `until` (milliseconds since the epoch); rejects with the signal's reason when aborted. */
  waitUntil(until: number, signal?: AbortSignal): Promise<void>;
}
