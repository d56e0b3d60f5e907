import { CicdError, parseDuration, type Clock } from '@cicd/plugin';
import type { Answer } from './exchange.ts';

export interface RetryRule {
  readonly max_attempts: number;
  readonly delay: string;
  readonly backoff: number;
  readonly max_delay: string;
  readonly on_status: readonly number[];
}

export interface RetryOptions {
  readonly rule: RetryRule;
  /** Whether the same request may be sent again when nobody knows whether the first one was heard. */
  readonly isRepeatable: boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  onRetry(why: string, delay: number): Promise<void>;
}

/** Said by a server that did nothing with the request: https://www.rfc-editor.org/rfc/rfc9110#section-15.6.4. */
const untouched = [429, 503];

/** Tries a call until its answer counts. Milliseconds between tries grow, or are what the server asks for. */
export async function withRetry<Result extends Answer>(
  call: () => Promise<Result>,
  { rule, isRepeatable, clock, signal, onRetry }: RetryOptions,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const isLast = attempt >= rule.max_attempts;
    let why: string;
    let asked: number | undefined;
    try {
      const answer = await call();
      const again = rule.on_status.includes(answer.status) && (isRepeatable || untouched.includes(answer.status));
      if (isLast || !again) return answer;
      why = `status ${answer.status}`;
      asked = retryAfter(answer.headers['retry-after'], clock.now());
    } catch (error) {
      if (isLast || !CicdError.isInstance(error) || !mayPass(error, isRepeatable)) throw error;
      why = error.message;
    }
    const most = parseDuration(rule.max_delay);
    const delay = Math.min(asked ?? parseDuration(rule.delay) * rule.backoff ** (attempt - 1), most);
    await onRetry(why, delay);
    await clock.waitUntil(clock.now() + delay, signal);
  }
}

function mayPass(error: CicdError, isRepeatable: boolean): boolean {
  if (error.code === 'http.host_unknown') return true;
  return error.code === 'http.failed' && (isRepeatable || error.details['sent'] === false);
}

/** Milliseconds: seconds, or a date. https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const milliseconds = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : undefined;
}
