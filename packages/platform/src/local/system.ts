import { randomBytes } from 'node:crypto';
import type { Clock } from '@cicd/plugin';
import type { Identity } from '@cicd/engine';

/** The longest delay that a timer takes; longer waits are made of several. */
const longestTimer = 2 ** 31 - 1;

/** The machine's time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  waitUntil(until, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      let timer: NodeJS.Timeout;
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const arm = () => {
        const left = until - Date.now();
        if (left > 0) {
          timer = setTimeout(arm, Math.min(left, longestTimer));
          return;
        }
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      arm();
    });
  },
};

/** Run ids are random from their first digit on, so that a short prefix names a run. */
export const systemIdentity: Identity = {
  runId: () => randomBytes(8).toString('hex'),
  token: () => randomBytes(16).toString('hex'),
};
