import { StepFailure, type Json, type JsonObject } from '@cicd/plugin';

/** The HTTP request that started a run, as its trigger keeps it. */
export interface HttpTrigger {
  readonly method: string;
  /** Without the query: `/orders/7`. */
  readonly path: string;
  /** A name that came more than once has a list. */
  readonly query: JsonObject;
  /** Names in small letters. */
  readonly headers: JsonObject;
  /** A text as it came, or the value of JSON. */
  readonly body: Json;
}

/** Errors: `trigger.not_http`. */
export function httpTrigger(trigger: JsonObject, step: string): HttpTrigger {
  const { type } = trigger;
  if (type !== 'http') {
    throw new StepFailure({
      code: 'trigger.not_http',
      message: `${step} needs the HTTP request that started the run, and this one was started by ${typeof type === 'string' ? type : 'nobody knows what'}`,
      hint: "Start the run by its HTTP trigger, or skip the step: if: run.trigger.type == 'http'.",
    });
  }
  const { method, path, query, headers, body } = trigger;
  return {
    method: typeof method === 'string' ? method.toUpperCase() : 'GET',
    path: typeof path === 'string' ? path : '/',
    query: mapOf(query),
    headers: Object.fromEntries(Object.entries(mapOf(headers)).map(([name, value]) => [name.toLowerCase(), value])),
    body: body ?? null,
  };
}

const mapOf = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
