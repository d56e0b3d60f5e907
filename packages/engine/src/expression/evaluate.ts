import type { Json, JsonObject } from '@cicd/plugin';
import { compileCondition, compileTemplate } from './compile.ts';
import { hasTemplate } from './template-scanner.ts';
import type { ExpressionValues } from './values.ts';

/**
 * The value of a text: a text that is one template keeps the type of its value, otherwise values are joined as text.
 * What comes out is never evaluated again. Throws `StepFailure`: `expression.missing_value`, `expression.failed`,
 * `expression.not_text`, `expression.result_invalid`.
 */
export function resolveTemplate(text: string, values: ExpressionValues): Json {
  return hasTemplate(text) ? compileTemplate(text).resolve(values) : text;
}

/** As `resolveTemplate`, but always as text: for the variables of a command and for `env`. */
export function resolveText(text: string, values: ExpressionValues): string {
  return hasTemplate(text) ? compileTemplate(text).resolveText(values) : text;
}

/** Resolves every text of a configuration; keys stay as written. The place of each text is `placePrefix` and its path. */
export function resolveValue(value: JsonObject, values: ExpressionValues, placePrefix: string): JsonObject {
  return resolveMembers(value, values, placePrefix);
}

/** The value of a condition. Throws `StepFailure`, also for a result that is neither true nor false. */
export function evaluateCondition(text: string, values: ExpressionValues): boolean {
  return compileCondition(text).evaluate(values);
}

function resolveAny(value: Json, values: ExpressionValues, place: string): Json {
  if (typeof value === 'string') return hasTemplate(value) ? resolveTemplate(value, { ...values, place }) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value))
    return (value as readonly Json[]).map((member, index) => resolveAny(member, values, `${place}[${index}]`));
  return resolveMembers(value as JsonObject, values, place);
}

function resolveMembers(value: JsonObject, values: ExpressionValues, place: string): JsonObject {
  const prefix = place === '' ? '' : `${place}.`;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, resolveAny(member, values, `${prefix}${key}`)]),
  );
}
