import { ConfigError, type Json, type JsonObject } from '@cicd/plugin';
import { namesIn } from '../../expression/names-in.ts';
import type { PlanStep } from '../../plan/plan.ts';

/** Whether a text cannot be resolved without a secret. */
export const needsSecret = (text: string): boolean => namesIn(text).secrets.length > 0;

/** What is left of a step when no secret is given. */
export interface StepWithoutSecrets {
  readonly step: PlanStep;
  /** Names of the variables and files that were left out. */
  readonly withheld: readonly string[];
}

/**
 * A step without its variables, files and values that need a secret, be it by way of a variable that was left out
 * already. Errors: `run.secret_missing` where something else needs one, such as the image.
 */
export function withoutSecrets(step: PlanStep, withheldEnv: readonly string[]): StepWithoutSecrets {
  const needs = (text: string) => needsSecret(text) || namesIn(text).env.some((name) => withheldEnv.includes(name));
  const withheld: string[] = [];
  const keep = (map: JsonObject, path: string): JsonObject =>
    Object.fromEntries(
      Object.entries(map).filter(([name, value]) => {
        if (typeof value !== 'string' || !needs(value)) {
          refuseInside(value, `${path}.${name}`);
          return true;
        }
        withheld.push(name);
        return false;
      }),
    );
  const refuseInside = (value: Json, path: string): void => {
    if (typeof value === 'string' && needs(value)) throw needed(path);
    if (typeof value === 'object' && value !== null)
      for (const [name, member] of Object.entries(value)) refuseInside(member, `${path}.${name}`);
  };
  const entries = Object.entries(step.config).map(([key, value]): [string, Json] => {
    // A map of the configuration does without one of its members; anything else has its meaning as a whole.
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return [key, keep(value as JsonObject, `config.${key}`)];
    refuseInside(value, `config.${key}`);
    return [key, value];
  });
  const variables = Object.entries(step.variables).filter(([name, text]) => {
    if (needs(text)) withheld.push(name);
    return !needs(text);
  });
  return {
    step: { ...step, config: Object.fromEntries(entries), variables: Object.fromEntries(variables) },
    withheld,
  };
}

const needed = (path: string): ConfigError =>
  new ConfigError({
    code: 'run.secret_missing',
    message: `${path} of the step needs a secret, and without it there is no shell like the step's`,
    hint: 'Ask for the secrets too: --with-secrets',
  });
