import { EngineError, StepFailure, type CicdError, type JsonObject, type SandboxDriver } from '@cicd/plugin';
import type { RunCommand } from '../run/commands.ts';
import { decide, isSettled } from '../run/decide.ts';
import type { RunEvent } from '../run/events.ts';
import { evolve } from '../run/evolve.ts';
import type { AgendaItem, Unit } from '../run/run-index.ts';
import type { RunState } from '../run/state.ts';
import { performAttempt, type Attempt } from './attempt.ts';
import { closeRun } from './close-run.ts';
import { judgeStep } from './condition.ts';
import type { FairPool } from './fair-pool.ts';
import { createJournal } from './journal.ts';
import type { DriveOptions, RunHandle, RunListener, RuntimePorts, SequencedEvent } from './ports.ts';
import { defaultTimeout, placePrefix, prepareStep, type PreparedStep } from './prepared-step.ts';
import { recordError } from './recorded-error.ts';
import { openRunArtifacts } from './run-artifacts.ts';
import { createRunSandbox } from './run-sandbox.ts';
import type { RunScope, Sent } from './run-scope.ts';
import { createRunValues, type RunValues } from './run-values.ts';
import { fillWorkspace } from './source.ts';

export interface DrivenRun {
  readonly ports: RuntimePorts;
  /** Places of containers, and of steps without one. */
  readonly pools: { readonly containers: FairPool; readonly others: FairPool };
  readonly driver: SandboxDriver;
  readonly state: RunState;
  /** Sequence of the last event that is stored. */
  readonly after: number;
  /** Stored events that the listener has not heard of. */
  readonly news: readonly SequencedEvent[];
  readonly run: DriveOptions;
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * Drives one run: every command goes through `send`, which decides, folds and writes in one turn; the agenda says what
 * to perform next. Effects wait until the events that announce them are durable.
 */
export function driveRun({ ports, pools, driver, state, after, news, run, secrets }: DrivenRun): RunHandle {
  const { clock } = ports;
  const { index } = state;
  const masker = ports.masker(Object.values(secrets));
  const listeners = new Set<RunListener>(run.listener && [run.listener]);
  const attempts = new Map<string, Attempt>();
  const tasks = new Set<Promise<void>>();
  const timers = new AbortController();
  const sourceStop = new AbortController();
  const result = Promise.withResolvers<RunState>();
  let values: RunValues | undefined;
  let position = 0;
  let pumping = false;
  let closing = false;
  let lost = false;
  // Who does not ask how the run ended shall not be told by a crash.
  result.promise.catch(() => {});

  const tell = (call: (listener: RunListener) => void) => {
    for (const listener of listeners) {
      try {
        call(listener);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  };
  const publish = (events: readonly SequencedEvent[]) => {
    for (const event of events) tell((listener) => listener.event?.(event, state));
  };
  const onTrouble = (error: CicdError) => tell((listener) => listener.trouble?.(recordError(error, masker)));

  const journal = createJournal({
    store: ports.store,
    clock,
    state,
    after,
    onTrouble,
    onDurable: (events) => publish(events),
  });

  /** The run cannot be driven from here any more; what it left is for its next owner. */
  const give = (error: unknown) => {
    if (lost) return;
    lost = true;
    timers.abort();
    const reason = new StepFailure({ code: 'step.cancelled', message: 'the run can no longer be driven from here', cause: error });
    sourceStop.abort(reason);
    for (const attempt of attempts.values()) attempt.abandon(reason);
    result.reject(error as Error);
  };

  const task = (work: Promise<void>) => {
    const kept: Promise<void> = work.catch(give).finally(() => {
      tasks.delete(kept);
      closeWhenSettled();
    });
    tasks.add(kept);
  };

  const apply = (events: readonly RunEvent[]) => {
    for (const event of events) {
      evolve(state, event);
      observe(event);
    }
  };

  const send = (command: RunCommand): Sent => {
    if (lost) return { events: [], durable: result.promise.then(() => {}) };
    const now = clock.now();
    const events = decide(state, command, now);
    if (events.length === 0) return { events, durable: journal.flushed() };
    apply(events);
    const written = [...events];
    for (;;) {
      const consequences = decide(state, { type: 'settle' }, now);
      if (consequences.length === 0) break;
      apply(consequences);
      written.push(...consequences);
    }
    const durable = journal.write(written);
    durable.catch(give);
    pump();
    closeWhenSettled();
    return { events, durable };
  };

  const scope: RunScope = {
    ports,
    containers: pools.containers,
    state,
    masker,
    sandbox: createRunSandbox({ driver, run: state.id, clock, onTrouble }),
    artifacts: openRunArtifacts(ports.artifacts, state.id, masker),
    get values() {
      if (!values) throw new EngineError({ code: 'step.unexpected', message: 'a value was read before the run had begun' });
      return values;
    },
    send,
    progress: (step, data) => tell((listener) => listener.progress?.(step, data)),
  };

  /** What an event asks for besides what stands on the agenda. */
  const observe = (event: RunEvent) => {
    switch (event.type) {
      case 'run.cancel_requested':
        if (state.mode === 'ending') sourceStop.abort(cancelled());
        else at(event.deadline, () => send({ type: 'cancel', cause: event.cause }));
        return;
      case 'step.started':
        if (event.attempt === 1) prepareDependents(index.units.get(event.step));
        return;
      case 'step.finished':
      case 'step.skipped': {
        const group = index.units.get(event.step)?.group;
        if (group?.outcome) values?.record(group);
        return;
      }
    }
  };

  const prepareDependents = (unit: Unit | undefined) => {
    for (const dependent of unit?.group.dependents ?? []) scope.sandbox.prepare(dependent.step);
  };

  const at = (until: number, act: () => void) => {
    clock.waitUntil(until, timers.signal).then(act, () => {
      // The run ended first.
    });
  };

  const pump = () => {
    if (pumping) return;
    pumping = true;
    try {
      for (let item = index.agenda[position]; item; item = index.agenda[position]) {
        position += 1;
        const unit = index.units.get(item.step);
        if (unit) attend(item, unit);
      }
    } finally {
      pumping = false;
    }
  };

  const attend = ({ kind, step }: AgendaItem, unit: Unit) => {
    switch (kind) {
      case 'judge':
        if (index.judging.has(unit)) send(judgeStep(scope, unit));
        return;
      case 'start':
        return askForPlace(unit);
      case 'retry':
        if (unit.state.retryAt !== undefined) at(unit.state.retryAt, () => askForPlace(unit));
        return;
      case 'wait':
        if (unit.state.status === 'waiting') waitFor(unit);
        return;
      case 'end':
        attempts.get(step)?.interrupt(cancelled());
    }
  };

  const waitFor = (unit: Unit) => {
    const { wait } = unit.state.current ?? {};
    // A later wait of the same step has a timer of its own.
    if (wait) at(wait.deadline, () => unit.state.current?.wait === wait && resume(unit.state.key, { kind: 'timer' }));
  };

  const askForPlace = (unit: Unit) => {
    const usesContainer = ports.steps.find(unit.state.type)?.recovery === 'adopt';
    (usesContainer ? pools.containers : pools.others).request(state.id, (giveBack) => {
      if (lost || !(index.ready.has(unit) || index.retrying.has(unit))) return giveBack();
      startStep(unit, usesContainer, giveBack);
    });
  };

  const startStep = (unit: Unit, hasPlace: boolean, giveBack: () => void) => {
    const { key } = unit.state;
    const prepared = prepare(unit);
    const timeout = 'error' in prepared ? defaultTimeout : prepared.timeout;
    const { events, durable } = send({ type: 'start', step: key, token: ports.identity.token(), deadline: clock.now() + timeout });
    if (events.length === 0) return giveBack();
    if ('error' in prepared) {
      failToPrepare(unit, prepared.error);
      return giveBack();
    }
    perform(unit, prepared, { hasPlace, begin: 'run', durable }, giveBack);
  };

  const prepare = (unit: Unit): PreparedStep | { readonly error: unknown } => {
    try {
      return prepareStep(unit.group.step, unit.state, ports.steps.get(unit.state.type), scope.values);
    } catch (error) {
      return { error };
    }
  };

  const failToPrepare = (unit: Unit, error: unknown) => {
    const { key, attempt } = unit.state;
    const recorded = recordError(error, masker, { prefix: placePrefix(unit.state), places: unit.group.step.places });
    send({ type: 'finish', step: key, attempt, outcome: { status: 'failed', cause: 'configuration', error: recorded } });
  };

  const perform = (
    unit: Unit,
    prepared: PreparedStep,
    how: { readonly hasPlace: boolean; readonly begin: Parameters<typeof performAttempt>[0]['begin']; readonly durable: Promise<void> },
    giveBack: () => void,
  ) => {
    const attempt = performAttempt({ scope, unit, definition: ports.steps.get(unit.state.type), prepared, ...how });
    attempts.set(unit.state.key, attempt);
    // A cancel may have come in the very turn of the start.
    if (index.ending.has(unit)) attempt.interrupt(cancelled());
    task(
      attempt.ended.finally(() => {
        if (attempts.get(unit.state.key) === attempt) attempts.delete(unit.state.key);
        giveBack();
      }),
    );
  };

  const resume = (step: string, resumption: { readonly kind: 'decision' | 'timer' | 'event'; readonly value?: JsonObject }): Sent => {
    const sent = send({ type: 'resume', step, ...resumption });
    const unit = index.units.get(step);
    if (sent.events.length === 0 || !unit) return sent;
    const prepared = prepare(unit);
    if ('error' in prepared) failToPrepare(unit, prepared.error);
    else perform(unit, prepared, { hasPlace: false, begin: resumption, durable: sent.durable }, () => {});
    return sent;
  };

  const begin = () => {
    const { deadline, cancel } = state;
    if (deadline !== undefined) at(deadline, () => send({ type: 'cancel', cause: 'timeout' }));
    if (cancel && state.mode !== 'ending') at(cancel.deadline, () => send({ type: 'cancel', cause: cancel.cause }));
    try {
      values = createRunValues({ state, secrets, outerEnv: run.outerEnv ?? {} });
    } catch (error) {
      send({ type: 'source_failed', error: recordError(error, masker) });
      return;
    }
    if (index.moving) takeUp(values);
    else if (run.source) task(fillWorkspace(scope, run.source, sourceStop.signal, onTrouble));
    else send({ type: 'source_prepared', source: {} });
  };

  /** Goes on with a run that had begun before: what runs is looked for, and the agenda read again from its beginning. */
  const takeUp = (known: RunValues) => {
    for (const group of state.groups.values()) if (group.outcome) known.record(group);
    for (const unit of [...index.running]) {
      const prepared = prepare(unit);
      if ('error' in prepared) failToPrepare(unit, prepared.error);
      // What runs already does not wait for a place.
      else perform(unit, prepared, { hasPlace: true, begin: 'look', durable: Promise.resolve() }, () => {});
    }
    send({ type: 'settle' });
    pump();
    closeWhenSettled();
  };

  const closeWhenSettled = () => {
    if (closing || lost || pumping || tasks.size > 0 || !isSettled(state)) return;
    closing = true;
    closeRun(scope, run.keepWorkspace ?? false, onTrouble).then(() => {
      timers.abort();
      result.resolve(state);
    }, give);
  };

  publish(news);
  begin();
  return {
    id: state.id,
    state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    cancel: (cause) => send({ type: 'cancel', cause }).durable,
    async resume(step, resumption) {
      const { events, durable } = resume(step, resumption);
      if (events.length === 0) {
        throw new EngineError({ code: 'run.step_not_waiting', message: `the step ${step} does not wait`, hint: 'It may have been decided already: look at the run.' });
      }
      await durable;
    },
    done: result.promise,
  };
}

const cancelled = () => new StepFailure({ code: 'step.cancelled', message: 'the step was cancelled' });
