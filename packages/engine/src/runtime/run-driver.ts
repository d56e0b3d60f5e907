import { EngineError, type CicdError, type SandboxDriver } from '@cicd/plugin';
import type { RunCommand } from '../run/commands.ts';
import { carryOut } from '../run/carry-out.ts';
import type { RunConcurrency } from '../run/events.ts';
import { isSettled } from '../run/decide.ts';
import type { AgendaItem, Unit } from '../run/run-index.ts';
import type { RunState } from '../run/state.ts';
import type { Vote } from '../run/approval.ts';
import { voteRefusal } from '../run/vote.ts';
import { runLeft, runNotOwner } from '../store/run-errors.ts';
import type { RunClaim } from '../store/run-store.ts';
import { createAttemptLog } from './attempt-log.ts';
import { awaitTurn, callNext } from './concurrency.ts';
import { closeRun, closeSandbox } from './close-run.ts';
import { judgeStep } from './condition.ts';
import { flowCommand } from './flow/perform-flow.ts';
import { createJournal } from './journal.ts';
import { createMailbox } from './mailbox.ts';
import type { Ownership } from './ownership.ts';
import type { DriveOptions, RunHandle, RuntimePorts, SequencedEvent } from './ports.ts';
import { recordError } from './recorded-error.ts';
import { openRunArtifacts } from './run-artifacts.ts';
import { createRunAttempts, type Pools, type WaitCommand } from './run-attempts.ts';
import { createRunListeners } from './run-listeners.ts';
import { createRunMail } from './run-mail.ts';
import { createRunObserver } from './run-observer.ts';
import { createRunSandbox } from './run-sandbox.ts';
import type { RunScope, Sent } from './run-scope.ts';
import { createRunWorkspaces } from './run-workspaces.ts';
import { createRunValues, type RunValues } from './run-values.ts';
import { fillWorkspace } from './source.ts';

export interface DrivenRun {
  readonly ports: RuntimePorts;
  readonly ownership: Ownership;
  readonly claim: RunClaim;
  readonly pools: Pools;
  readonly driver: SandboxDriver;
  readonly state: RunState;
  /** Sequence of the last event that is stored. */
  readonly after: number;
  /** Stored events that the listener has not heard of. */
  readonly news: readonly SequencedEvent[];
  /** Another process drove it before. */
  readonly isResumed: boolean;
  readonly run: DriveOptions;
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * Drives one run: every command goes through `send`, which decides, folds and writes in one turn; the agenda says what
 * to perform next. Effects wait until the events that announce them are durable.
 */
export function driveRun({
  ports,
  ownership,
  claim,
  pools,
  driver,
  state,
  after,
  news,
  isResumed,
  run,
  secrets,
}: DrivenRun): RunHandle {
  const { clock } = ports;
  const { index } = state;
  const masker = ports.masker(Object.values(secrets));
  const listeners = createRunListeners(run.listener);
  const tasks = new Set<Promise<void>>();
  const timers = new AbortController();
  const source = new AbortController();
  const result = Promise.withResolvers<RunState>();
  let values: RunValues | undefined;
  let position = 0;
  let pumping = false;
  let closing = false;
  let lost = false;
  let left = false;
  /** Grows with every turn that changes the state. */
  let turn = 0;
  let turnTold = -1;

  const onTrouble = (error: CicdError) => {
    const recorded = recordError(error, masker);
    listeners.tell((listener) => listener.trouble?.(recorded));
  };
  const onDurable = (events: readonly SequencedEvent[]) => {
    for (const event of events) listeners.tell((listener) => listener.event?.(event, state));
  };
  const journal = createJournal({ store: ports.store, clock, state, claim, after, onTrouble, onDurable });

  const send = (command: RunCommand): Sent => {
    if (left) return { events: [], durable: Promise.reject(runLeft(state.id)) };
    if (lost) return { events: [], durable: result.promise.then(() => {}) };
    const events = carryOut(state, command, clock.now(), (event) => observer.observe(event));
    if (events.length === 0) return { events, durable: journal.flushed() };
    turn += 1;
    const durable = journal.write(events);
    durable.catch(give);
    pump();
    closeWhenSettled();
    return { events, durable };
  };

  const mailbox = createMailbox({ store: ports.store, ownership, clock });
  const mayHaveRemains = after > news.length || (run.sandboxIsOpen ?? false);
  const sandbox = createRunSandbox({ driver, run: state.id, clock, mayHaveRemains, onTrouble });
  const scope: RunScope = {
    ports,
    containers: pools.containers,
    state,
    masker,
    sandbox,
    workspaces: createRunWorkspaces({ sandbox, send }),
    artifacts: openRunArtifacts({
      store: ports.artifacts,
      run: state.id,
      masker,
      lastRunOf: (pipeline) => ports.store.lastSucceeded(state.project, pipeline, state.id),
    }),
    get values() {
      if (values) return values;
      throw new EngineError({ code: 'step.unexpected', message: 'a value was read before the run had begun' });
    },
    log: (key, { append }) =>
      createAttemptLog({
        logs: ports.logs,
        key: { run: state.id, ...key },
        masker,
        append,
        onOpened: (opened) => listeners.tell((listener) => listener.log?.(opened)),
        onTrouble,
      }),
    send,
    async stillOurs() {
      const holder = await ports.store.holder(state.id);
      if (holder?.owner === claim.owner && holder.fence === claim.fence) return;
      const error = runNotOwner(claim);
      give(error);
      throw error;
    },
    onTrouble,
    progress: (step, data) => listeners.tell((listener) => listener.progress?.(step, data)),
  };

  /** Work that the run's end waits for. */
  const keep = (work: Promise<void>) => {
    const kept: Promise<void> = work.catch(give).finally(() => {
      tasks.delete(kept);
      closeWhenSettled();
    });
    tasks.add(kept);
  };
  const attempts = createRunAttempts(scope, pools, keep);

  /** The run cannot be driven from here any more; what it left is for its next owner. */
  const give = (error: unknown) => {
    if (lost) return;
    lost = true;
    stopNudges();
    timers.abort();
    source.abort(error);
    attempts.abandon(error);
    result.reject(error);
  };

  const masked = ({ comment, ...vote }: Vote): Vote => ({
    ...vote,
    ...(comment !== undefined && { comment: masker.text(comment) }),
  });
  const lookForMail = createRunMail({
    store: ports.store,
    clock,
    state,
    signal: timers.signal,
    send: ({ content, ...message }) =>
      content.type === 'vote'
        ? resume(content.step, {
            type: 'receive',
            message: { ...message, content: { ...content, vote: masked(content.vote) } },
          })
        : send({ type: 'receive', message: { ...message, content } }),
    onTrouble,
  });
  const onMail = () => {
    lookForMail().catch((error: unknown) => {
      // With its timers ended, nobody drives the run from here any more.
      if (!timers.signal.aborted) give(error);
    });
  };
  const stopNudges = ownership.onNudge(state.id, onMail);

  /** Others may have the run; what was posted to this process meanwhile is not forgotten. */
  const giveFree = async () => {
    await ports.store.release(claim);
    await mailbox.deliver(state.id);
  };

  const detach = async () => {
    if (closing || lost) return void (await Promise.allSettled([result.promise]));
    give(runLeft(state.id));
    await Promise.all(tasks);
    await journal.flushed();
    await giveFree();
  };

  const at = (until: number, act: () => void) => {
    clock.waitUntil(until, timers.signal).then(act, () => {
      // The run ended first.
    });
  };

  const observer = createRunObserver({
    scope,
    at,
    stopSource: () => source.abort(new Error('the run was cancelled')),
    record: (group) => values?.record(group),
    keep,
  });

  const pump = () => {
    if (pumping) return;
    pumping = true;
    try {
      for (let item = index.agenda[position]; item; item = index.agenda[position]) {
        position += 1;
        const unit = index.units.get(item.step);
        if (unit) attend(item.kind, unit);
      }
    } finally {
      pumping = false;
    }
  };

  const attend = (kind: AgendaItem['kind'], unit: Unit) => {
    switch (kind) {
      case 'judge':
        if (index.judging.has(unit)) send(judgeStep(scope, unit));
        return;
      case 'start':
        return attempts.start(unit);
      case 'retry':
        if (unit.state.retryAt !== undefined) at(unit.state.retryAt, () => attempts.start(unit));
        return;
      case 'wait':
        return waitFor(unit);
      case 'end':
        // Only when the request is stored: a run that was taken over is not to be touched from here.
        journal.flushed().then(
          () => attempts.cancel(unit),
          () => {
            // Given up.
          },
        );
        return;
      case 'enter':
      case 'turn':
      case 'leave':
        if (index.asked.get(unit) === kind) send(flowCommand(scope, unit, kind));
        return;
    }
  };

  const waitFor = ({ state: { key, status, current } }: Unit) => {
    const wait = status === 'waiting' ? current?.wait : undefined;
    // A later wait of the same step has a timer of its own.
    const isSame = () => index.units.get(key)?.state.current?.wait === wait;
    if (wait) at(wait.deadline, () => isSame() && resume(key, { type: 'resume', step: key, kind: 'timer' }));
  };

  /** Sends what may end a step's wait. */
  const resume = (step: string, command: WaitCommand): Sent => {
    const unit = index.units.get(step);
    return unit && !lost ? attempts.resume(unit, command) : send(command);
  };

  /** Of a concurrency group: only when the runs before it have ended. */
  const beginInTurn = async (concurrency: RunConcurrency) => {
    try {
      await awaitTurn(concurrency, {
        store: ports.store,
        ownership,
        mailbox,
        state,
        signal: source.signal,
        onQueued: (behind) => listeners.tell((listener) => listener.queued?.(behind)),
      });
    } catch (error) {
      // Cancelled before it began, or given up.
      if (source.signal.aborted) return;
      throw error;
    }
    send({ type: 'begin' });
    begin();
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
    if (index.moving) takeUp();
    else if (run.source) {
      // A later attempt works on what the one before has left.
      const fromEmpty = isResumed && !state.keepsFiles;
      keep(fillWorkspace(scope, run.source, { signal: source.signal, fromEmpty, isResumed }));
    } else send({ type: 'source_prepared', source: {} });
  };

  /** Goes on with a run that had begun before: what runs is looked for, and the agenda read again from its beginning. */
  const takeUp = () => {
    for (const unit of index.inside) observer.watchDeadline(unit);
    const running = [...index.running];
    for (const unit of running) attempts.takeUp(unit);
    send({ type: 'settle' });
    pump();
    closeWhenSettled();
  };

  const rests = () => !closing && !lost && !pumping && tasks.size === 0;

  const tellWhenWaiting = () => {
    if (state.status !== 'waiting' || turnTold === turn) return;
    turnTold = turn;
    // Who is told may look into the store.
    journal.flushed().then(
      () => {
        if (turnTold === turn && rests()) listeners.tell((listener) => listener.waits?.(state));
      },
      () => {
        // The run has been given up.
      },
    );
  };

  const leave = async () => {
    await journal.flushed();
    if (!rests() || state.status !== 'waiting') return false;
    lost = left = true;
    stopNudges();
    timers.abort();
    await closeSandbox(scope, true);
    await giveFree();
    result.resolve(state);
    return true;
  };

  const closeWhenSettled = () => {
    if (!rests()) return;
    if (!isSettled(state)) return tellWhenWaiting();
    closing = true;
    const end = async () => {
      await closeRun(scope, run.keepWorkspace ?? false);
      stopNudges();
      timers.abort();
      if (state.concurrency) await callNext(ports.store, ownership, state.concurrency);
      result.resolve(state);
    };
    end().catch(give);
  };

  // Who does not ask how the run ended shall not be told by a crash.
  result.promise.catch(() => {});
  onDurable(news);
  if (state.concurrency && state.startedAt === undefined && !state.cancel) keep(beginInTurn(state.concurrency));
  else begin();
  onMail();
  return {
    id: state.id,
    state,
    subscribe: listeners.add,
    leave,
    cancel: (cause) => send({ type: 'cancel', cause }).durable,
    async vote(step, vote) {
      if (left) throw runLeft(state.id);
      const refusal = voteRefusal(state, step, vote, clock.now());
      if (refusal) throw refusal;
      await resume(step, { type: 'vote', step, vote: masked(vote) }).durable;
    },
    async resume(step, resumption) {
      if (left) throw runLeft(state.id);
      const { events, durable } = resume(step, { type: 'resume', step, ...resumption });
      if (events.length === 0) {
        throw new EngineError({
          code: 'run.step_not_waiting',
          message: `the step ${step} does not wait`,
          hint: 'It may have been decided already: look at the run.',
        });
      }
      await durable;
    },
    detach,
    done: result.promise,
  };
}
