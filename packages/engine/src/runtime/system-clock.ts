import { setTimeout } from 'node:timers/promises';
import type { Clock } from '@cicd/plugin';

/** The longest that a timer of Node can wait: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
const longestTimer = 2 ** 31 - 1;

/** The machine's time. Waits of any length; one that nobody ends keeps the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async waitUntil(until, signal) {
    for (let left = until - Date.now(); left > 0; left = until - Date.now()) {
      try {
        await setTimeout(Math.min(left, longestTimer), undefined, { ...(signal && { signal }) });
      } catch (error) {
        throw signal?.aborted ? signal.reason : error;
      }
    }
    signal?.throwIfAborted();
  },
};
