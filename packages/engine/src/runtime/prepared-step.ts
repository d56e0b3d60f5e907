import { parseDuration, type AnyStepDefinition, type JsonObject } from '@cicd/plugin';
import { resolveText, resolveValue } from '../expression/evaluate.ts';
import type { PlanStep } from '../plan/plan.ts';
import type { RunState, StepState } from '../run/state.ts';
import { validateConfig } from './config-validation.ts';
import type { ScopeValues } from './run-values.ts';

/** Milliseconds that a step has when neither it nor its configuration says so. */
export const defaultTimeout = 3_600_000;

/** What one attempt works with: everything resolved, nothing performed. May hold secrets, so it is never stored. */
export interface PreparedStep {
  readonly config: JsonObject;
  /** For the step's container; may hold secrets. */
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly timeout: number;
}

/** The prefix of a step's places in expressions: it makes `uuid()` differ from step to step. */
export const placePrefix = (step: StepState): string => `steps.${step.key}.`;

/** Errors: `expression.*`, `step.config_invalid`, `pipeline.duration_invalid`. */
export function prepareStep(
  plan: PlanStep,
  step: StepState,
  definition: AnyStepDefinition,
  values: ScopeValues,
): PreparedStep {
  const prefix = placePrefix(step);
  const at = (place: string) => values.at(`${prefix}${place}`, step.matrix);
  const config = validateConfig(definition.config, resolveValue(plan.config, at('config'), `${prefix}config`));
  const variables = Object.entries(plan.variables).map(([name, text]) => [name, resolveText(text, at(name))] as const);
  return {
    config,
    env: { ...values.env, ...Object.fromEntries(variables) },
    timeout: plan.timeout ?? configuredTimeout(config) ?? defaultTimeout,
  };
}

const configuredTimeout = ({ timeout }: JsonObject) =>
  typeof timeout === 'string' ? parseDuration(timeout) : undefined;

/**
 * Git refuses a working tree of another user, which the workspace is to most images: `safe.directory` as environment.
 * https://git-scm.com/docs/git-config#ENVIRONMENT
 */
const trustedWorkspace = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' };

/** The variables that say where a container runs; none is secret. The attempt is the one about to run. */
export function identityEnv(state: RunState, step: StepState, attempt: number): Readonly<Record<string, string>> {
  const { commit, branch } = state.source ?? {};
  return {
    CI: 'true',
    ...trustedWorkspace,
    CICD_RUN_ID: state.id,
    CICD_PIPELINE: state.pipeline,
    CICD_STEP: step.key,
    CICD_ATTEMPT: String(attempt),
    ...(typeof commit === 'string' && { CICD_COMMIT: commit }),
    ...(typeof branch === 'string' && { CICD_BRANCH: branch }),
  };
}
