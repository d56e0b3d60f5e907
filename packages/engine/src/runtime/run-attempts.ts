import { EngineError, StepFailure } from '@cicd/plugin';
import type { RunCommand } from '../run/commands.ts';
import { isStructured } from '../run/inside.ts';
import type { Unit } from '../run/run-index.ts';
import { performAttempt, type Attempt, type AttemptOptions } from './attempt.ts';
import type { FairPool } from './fair-pool.ts';
import { startCommand } from './flow/perform-flow.ts';
import { defaultTimeout, placePrefix, prepareStep, type PreparedStep } from './prepared-step.ts';
import { recordError } from './recorded-error.ts';
import type { RunScope, Sent } from './run-scope.ts';

/** Places that runs take turns in. */
export interface Pools {
  readonly containers: FairPool;
  /** Of steps without a container. */
  readonly others: FairPool;
}

/** The attempts of a run that are performed by this process. */
export interface RunAttempts {
  /** Starts the step's next attempt as soon as there is a place, if it may still start then. */
  start(unit: Unit): void;
  /** Sends what may end a step's wait, and goes on with the step when it does. */
  resume(unit: Unit, command: WaitCommand): Sent;
  /** Looks what became of an attempt that another process had started. */
  takeUp(unit: Unit): void;
  cancel(unit: Unit): void;
  /** Lets go of all of them. */
  abandon(cause: unknown): void;
}

export type WaitCommand = Extract<RunCommand, { type: 'resume' | 'vote' | 'receive' }>;

export function createRunAttempts(scope: RunScope, pools: Pools, keep: (work: Promise<void>) => void): RunAttempts {
  const { ports, state, masker, send } = scope;
  const attempts = new Map<Unit, Attempt>();
  let abandoned = false;

  const prepare = (unit: Unit): PreparedStep | { readonly error: unknown } => {
    try {
      return prepareStep(
        unit.group.step,
        unit.state,
        ports.steps.get(unit.state.type),
        scope.values.in(unit.group.scope),
      );
    } catch (error) {
      return { error };
    }
  };

  const perform = (
    unit: Unit,
    prepared: PreparedStep | { readonly error: unknown },
    how: Pick<AttemptOptions, 'hasPlace' | 'begin' | 'durable'>,
    giveBack: () => void = () => {},
  ) => {
    if ('error' in prepared) {
      fail(unit, prepared.error);
      return giveBack();
    }
    const attempt = performAttempt({ scope, unit, definition: ports.steps.get(unit.state.type), prepared, ...how });
    attempts.set(unit, attempt);
    const ended = attempt.ended.finally(() => {
      if (attempts.get(unit) === attempt) attempts.delete(unit);
      giveBack();
    });
    keep(ended);
  };

  /** The attempt never got as far as its work. */
  const fail = (unit: Unit, cause: unknown) => {
    const { key, attempt } = unit.state;
    const error = recordError(cause, masker, { prefix: placePrefix(unit.state), places: unit.group.step.places });
    send({ type: 'finish', step: key, attempt, outcome: { status: 'failed', cause: 'configuration', error } });
  };

  return {
    start(unit) {
      if (isStructured(unit)) {
        if (!abandoned) send(startCommand(scope, unit));
        return;
      }
      const usesContainer = ports.steps.find(unit.state.type)?.recovery === 'adopt';
      const pool = usesContainer ? pools.containers : pools.others;
      pool.request(state.id, (giveBack) => {
        const { index } = state;
        if (abandoned || !(index.ready.has(unit) || index.retrying.has(unit))) return giveBack();
        const prepared = prepare(unit);
        const deadline = ports.clock.now() + ('error' in prepared ? defaultTimeout : prepared.timeout);
        const started = send({ type: 'start', step: unit.state.key, token: ports.identity.token(), deadline });
        if (started.events.length === 0) return giveBack();
        perform(unit, prepared, { hasPlace: usesContainer, begin: 'run', durable: started.durable }, giveBack);
      });
    },
    resume(unit, command) {
      const sent = send(command);
      const { resumption } = unit.state.current ?? {};
      if (resumption && sent.events.some(({ type }) => type === 'step.resumed'))
        perform(unit, prepare(unit), { hasPlace: false, begin: resumption, durable: sent.durable });
      return sent;
    },
    takeUp(unit) {
      // What runs already does not wait for a place.
      perform(unit, prepare(unit), { hasPlace: true, begin: 'look', durable: Promise.resolve() });
    },
    cancel(unit) {
      attempts.get(unit)?.interrupt(new StepFailure({ code: 'step.cancelled', message: 'the step was cancelled' }));
    },
    abandon(cause) {
      abandoned = true;
      // No failure of the step: whoever resumes the run decides what becomes of it.
      const reason = new EngineError({ code: 'run.left', message: 'nothing more of this run is done here', cause });
      for (const attempt of attempts.values()) attempt.abandon(reason);
    },
  };
}
