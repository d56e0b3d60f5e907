import { EngineError, type JsonObject } from '@cicd/plugin';
import type { StoredEvent } from './run-store.ts';

/** Characters of JSON. An event that is larger holds what belongs into an artifact or a log. */
export const largestEvent = 4 * 1024 * 1024;
const largestPlan = 64 * 1024 * 1024;
export const largestMessage = 64 * 1024;

/** Errors: `run.too_large`. */
export const eventText = (event: StoredEvent): string => textOf(event, `The event ${event.type}`, largestEvent);

/** Errors: `run.too_large`. */
export const planText = (plan: JsonObject): string => textOf(plan, 'The plan', largestPlan);

/** Errors: `run.too_large`. */
export const messageText = (message: JsonObject): string => textOf(message, 'The message', largestMessage);

function textOf(value: StoredEvent | JsonObject, what: string, largest: number): string {
  const text = JSON.stringify(value);
  if (text.length <= largest) return text;
  throw new EngineError({
    code: 'run.too_large',
    message: `${what} is too large to be stored: ${text.length} characters, at most ${largest}.`,
    hint: 'Keep large data in artifacts, and hand on their keys.',
    details: { size: text.length, largest },
  });
}
