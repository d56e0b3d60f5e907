import type { PlanRetry } from '../plan/plan.ts';

/**
 * Milliseconds before the attempt after `attempt`: `delay × backoff^(attempt − 1)`, at most `maxDelay`. Undefined when
 * there is no further one.
 */
export function retryDelay(
  retry: PlanRetry,
  attempt: number,
  cause: 'failure' | 'timeout' | 'configuration',
): number | undefined {
  if (cause === 'configuration' || !retry.on.includes(cause) || attempt >= retry.maxAttempts) return undefined;
  return Math.min(retry.delay * retry.backoff ** (attempt - 1), retry.maxDelay);
}
