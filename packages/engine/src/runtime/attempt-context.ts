import { stepPorts, type Images, type StepContext, type StepLog, type StepSandbox, type Workspace } from '@cicd/plugin';
import { judgeCondition } from '../expression/judge-condition.ts';
import type { Unit } from '../run/run-index.ts';
import { cachesOfAttempt } from './run-caches.ts';
import { placePrefix, type PreparedStep } from './prepared-step.ts';
import type { RunScope } from './run-scope.ts';

export interface AttemptContextParts {
  readonly scope: RunScope;
  readonly unit: Unit;
  readonly prepared: PreparedStep;
  readonly identity: Readonly<Record<string, string>>;
  readonly workspace: Workspace | undefined;
  readonly sandbox: StepSandbox;
  readonly images: Images;
  readonly log: StepLog;
  readonly signal: AbortSignal;
  /** Aborted when the attempt is over, whatever its step still does. */
  readonly over: AbortSignal;
}

/** Everything a step may use, for one attempt. */
export function createAttemptContext({
  scope,
  unit,
  prepared,
  identity,
  workspace,
  sandbox,
  images,
  log,
  signal,
  over,
}: AttemptContextParts): StepContext {
  const { state, masker, ports } = scope;
  const { key, name, attempt, current } = unit.state;
  return {
    ...stepPorts(ports.outside),
    config: prepared.config,
    run: {
      id: state.id,
      pipeline: state.pipeline,
      attempt: state.attempt,
      inputs: scope.values.in(unit.group.scope).inputs,
      trigger: state.trigger,
      ...(state.previousRun !== undefined && { previousRunId: state.previousRun }),
      ...(state.source && { source: sourceOf(state.source) }),
    },
    step: { key, name, attempt, token: current?.token ?? '', declaredOutputs: unit.group.step.outputs },
    env: { ...prepared.env, ...identity },
    workspace,
    sandbox,
    images,
    artifacts: scope.artifacts.forAttempt(key, attempt, () => (signal.aborted ? over : signal)),
    caches: cachesOfAttempt(ports.caches, state, { log, signal }),
    log,
    checkpoint: {
      get: () => Promise.resolve(unit.state.current?.checkpoint),
      set: (data) => scope.send({ type: 'checkpoint', step: key, attempt, data: masker.value(data) }).durable,
    },
    judge: (condition) =>
      masker.value(
        judgeCondition(
          condition,
          scope.values.in(unit.group.scope).at(`${placePrefix(unit.state)}judge`, unit.state.matrix),
        ),
      ),
    signal,
    clock: ports.clock,
    progress: (data) => scope.progress(key, masker.value(data)),
  };
}

function sourceOf({ commit, branch }: { readonly [name: string]: unknown }) {
  return { ...(typeof commit === 'string' && { commit }), ...(typeof branch === 'string' && { branch }) };
}
