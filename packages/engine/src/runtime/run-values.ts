import type { Json, JsonObject } from '@cicd/plugin';
import { resolveText } from '../expression/evaluate.ts';
import type { ExpressionValues, StepValues } from '../expression/values.ts';
import { hasPassed } from '../run/outcome.ts';
import type { GroupState, RunState, StepState } from '../run/state.ts';

/** The values that a run's expressions see. */
export interface RunValues {
  /** The pipeline's own variables, resolved. */
  readonly env: Readonly<Record<string, string>>;
  /** Makes a group's result visible; called once, when its last member is final. */
  record(group: GroupState): void;
  /** For a text at `place`; with the values of a matrix member where there are some. */
  at(place: string, matrix?: JsonObject): ExpressionValues;
}

export interface RunValuesOptions {
  readonly state: RunState;
  readonly secrets: Readonly<Record<string, string>>;
  readonly outerEnv: Readonly<Record<string, string>>;
}

/**
 * One object of results that grows with the run and is shared by all its expressions: nothing is copied for a step.
 * Errors: what the templates of the pipeline's `env` throw.
 */
export function createRunValues({ state, secrets, outerEnv }: RunValuesOptions): RunValues {
  const steps: Record<string, StepValues> = Object.create(null) as Record<string, StepValues>;
  const run = {
    id: state.id,
    pipeline: state.pipeline,
    attempt: state.attempt,
    trigger: state.trigger,
    ...(state.previousRun !== undefined && { previous_id: state.previousRun }),
    started_at: new Date(state.startedAt ?? state.createdAt).toISOString(),
  };
  const at = (
    place: string,
    matrix: JsonObject | undefined,
    env: Readonly<Record<string, string>>,
  ): ExpressionValues => ({
    inputs: state.plan.inputs,
    steps,
    ...(matrix && { matrix }),
    env,
    run: state.source ? { ...run, source: state.source } : run,
    secrets,
    place,
  });
  const own = Object.fromEntries(
    Object.entries(state.plan.env).map(([name, text]) => [
      name,
      resolveText(text, at(`env.${name}`, undefined, outerEnv)),
    ]),
  );
  const env = { ...outerEnv, ...own };
  return {
    env: own,
    record(group) {
      steps[group.step.name] = groupValues(group);
    },
    at: (place, matrix) => at(place, matrix, env),
  };
}

function groupValues(group: GroupState): StepValues {
  const [only] = group.members;
  if (!group.step.matrix && only) return stepValues(only);
  return {
    status: group.outcome?.status ?? 'pending',
    passed: group.outcome?.passed ?? false,
    matrix: group.members.map((member): Json => ({
      values: member.matrix ?? {},
      status: member.status,
      passed: hasPassed(member),
      outputs: member.outputs ?? {},
    })),
  };
}

function stepValues(step: StepState): StepValues {
  const { startedAt, finishedAt } = step;
  return {
    ...step.outputs,
    status: step.status,
    passed: hasPassed(step),
    attempts: step.attempt,
    ...(startedAt !== undefined && { started_at: new Date(startedAt).toISOString() }),
    ...(startedAt !== undefined && finishedAt !== undefined && { duration_ms: finishedAt - startedAt }),
  };
}
