import type { JsonObject } from '@cicd/plugin';
import { resolveText } from '../expression/evaluate.ts';
import type { ExpressionValues, StepValues } from '../expression/values.ts';
import { calledBy } from '../run/inside.ts';
import { localsOf, localsOfTurn } from '../run/locals.ts';
import type { Group, Unit } from '../run/run-index.ts';
import type { Scope } from '../run/scope.ts';
import type { RunState } from '../run/state.ts';
import { groupValues } from './group-values.ts';

/** The values that the expressions of one scope see: its own, over those of the scopes around it. */
export interface ScopeValues {
  /** The variables of the pipeline that the scope belongs to, resolved: for its containers. */
  readonly env: Readonly<Record<string, string>>;
  /** Names of variables that the pipeline has and `env` has not: see `RunValuesOptions.withholds`. */
  readonly withheld: readonly string[];
  readonly inputs: JsonObject;
  /** For a text at `place`; with the values of a matrix member where there are some. */
  at(place: string, matrix?: JsonObject): ExpressionValues;
}

/** The values that a run's expressions see. */
export interface RunValues {
  /** Errors: what the templates of a called pipeline's `env` throw. */
  in(scope: Scope): ScopeValues;
  /** For the condition of a `while` before its next turn: the last turn's results, and how many there were. */
  beforeTurn(unit: Unit): ScopeValues;
  /** Makes a group's result visible; called once, when its last member is final. */
  record(group: Group): void;
}

export interface RunValuesOptions {
  readonly state: RunState;
  readonly secrets: Readonly<Record<string, string>>;
  readonly outerEnv: Readonly<Record<string, string>>;
  /** Whether a variable of the pipeline with this text is left out. Default: none is. */
  readonly withholds?: (text: string) => boolean;
}

/** What a scope adds to what is around it. */
interface Frame {
  readonly inputs: JsonObject;
  /** Grows as steps end; its prototypes are the steps around. */
  readonly steps: Record<string, StepValues>;
  readonly locals: JsonObject;
  readonly matrix: JsonObject | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly withheld: readonly string[];
}

/**
 * One object of results for each scope, which grows with it and is shared by all its expressions: nothing is copied for
 * a step. Errors: what the templates of the pipeline's `env` throw.
 */
export function createRunValues({ state, secrets, outerEnv, withholds = () => false }: RunValuesOptions): RunValues {
  const frames = new WeakMap<Scope, Frame>();
  const run = {
    id: state.id,
    pipeline: state.pipeline,
    attempt: state.attempt,
    trigger: state.trigger,
    ...(state.previousRun !== undefined && { previous_id: state.previousRun }),
    started_at: new Date(state.startedAt ?? state.createdAt).toISOString(),
  };

  const valuesAt = ({ inputs, steps, locals, env }: Frame, place: string, matrix?: JsonObject): ExpressionValues => ({
    inputs,
    steps,
    ...(matrix && { matrix }),
    locals,
    env,
    run: state.source ? { ...run, source: state.source } : run,
    secrets,
    place,
  });

  /** A pipeline's own variables, resolved over what comes from outside: it sees nothing else. */
  const pipelineFrame = (env: Readonly<Record<string, string>>, inputs: JsonObject, prefix: string): Frame => {
    const frame: Frame = {
      inputs,
      steps: Object.create(null) as Record<string, StepValues>,
      locals: {},
      matrix: undefined,
      env: outerEnv,
      withheld: Object.keys(env).filter((name) => withholds(env[name] ?? '')),
    };
    const own = Object.entries(env)
      .filter(([name]) => !frame.withheld.includes(name))
      .map(([name, text]) => [name, resolveText(text, valuesAt(frame, `${prefix}env.${name}`))]);
    return { ...frame, env: Object.fromEntries(own) as Record<string, string> };
  };

  const createFrame = (scope: Scope): Frame => {
    const { parent } = scope;
    if (!parent) return pipelineFrame(state.plan.env, state.plan.inputs, '');
    const called = calledBy(state, parent);
    const entry = parent.inside?.entry;
    if (called && entry?.kind === 'call') return pipelineFrame(called.env, entry.inputs, `steps.${parent.state.key}.`);
    const around = frameOf(parent.group.scope);
    return {
      ...around,
      steps: Object.create(around.steps) as Record<string, StepValues>,
      locals: { ...around.locals, ...localsOf(scope) },
      matrix: joined(around.matrix, parent.state.matrix),
    };
  };

  const frameOf = (scope: Scope): Frame => {
    const known = frames.get(scope);
    if (known) return known;
    const frame = createFrame(scope);
    for (const group of scope.groups.values()) if (group.outcome) frame.steps[group.step.name] = groupValues(group);
    frames.set(scope, frame);
    return frame;
  };

  const shown = (frame: Frame): ScopeValues => ({
    env: frame.env,
    withheld: frame.withheld,
    inputs: frame.inputs,
    at: (place, matrix) =>
      valuesAt({ ...frame, env: { ...outerEnv, ...frame.env } }, place, joined(frame.matrix, matrix)),
  });

  // Now, so that the run ends at once when its variables have no value.
  frameOf(state.index.root);
  return {
    in: (scope) => shown(frameOf(scope)),
    beforeTurn(unit) {
      const last = unit.inside?.scopes.at(-1);
      const around = frameOf(unit.group.scope);
      return shown({
        ...(last ? frameOf(last) : around),
        locals: { ...around.locals, ...localsOfTurn(unit, unit.inside?.scopes.length ?? 0) },
        matrix: joined(around.matrix, unit.state.matrix),
      });
    },
    record(group) {
      const frame = frames.get(group.scope);
      if (frame) frame.steps[group.step.name] = groupValues(group);
    },
  };
}

const joined = (around: JsonObject | undefined, own: JsonObject | undefined): JsonObject | undefined =>
  around && own ? { ...around, ...own } : (own ?? around);
