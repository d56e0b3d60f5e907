import { EngineError, type CicdError, type SandboxDriver } from '@cicd/plugin';
import { carryOut } from '../run/carry-out.ts';
import type { RunCommand } from '../run/commands.ts';
import type { RunState } from '../run/state.ts';
import { voteRefusal } from '../run/vote.ts';
import { runLeft, runNotOwner } from '../store/run-errors.ts';
import type { RunClaim } from '../store/run-store.ts';
import { createAttemptLog } from './attempt-log.ts';
import { closeRun, closeSandbox } from './close-run.ts';
import { createRunGroup } from './concurrency.ts';
import { createJournal } from './journal.ts';
import { createMailbox } from './mailbox.ts';
import { maskedVote } from './message-masking.ts';
import type { Ownership } from './ownership.ts';
import type { DriveOptions, RunHandle, RuntimePorts, SequencedEvent } from './ports.ts';
import { recordError } from './recorded-error.ts';
import { createRunAgenda } from './run-agenda.ts';
import { openRunArtifacts } from './run-artifacts.ts';
import { createRunAttempts, type Pools } from './run-attempts.ts';
import { beginDriving } from './run-beginning.ts';
import { createRunHold } from './run-hold.ts';
import { createRunListeners } from './run-listeners.ts';
import { createRunMail } from './run-mail.ts';
import { createRunObserver } from './run-observer.ts';
import { createRunSandbox } from './run-sandbox.ts';
import type { RunScope, Sent } from './run-scope.ts';
import { createRunTimers } from './run-timers.ts';
import { createRunValues, type RunValues } from './run-values.ts';
import { createRunWorkspaces, neededToGoOn } from './run-workspaces.ts';

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
export function driveRun(driven: DrivenRun): RunHandle {
  const { ports, ownership, claim, pools, driver, state, after, news, isResumed, run, secrets } = driven;
  const { clock } = ports;
  const { index } = state;
  const masker = ports.masker(Object.values(secrets));
  const listeners = createRunListeners(run.listener);
  const timers = createRunTimers(clock);
  const source = new AbortController();
  let values: RunValues | undefined;

  const onTrouble = (error: CicdError) => {
    const recorded = recordError(error, masker);
    listeners.tell((listener) => listener.trouble?.(recorded));
  };
  const onDurable = (events: readonly SequencedEvent[]) => {
    for (const event of events) listeners.tell((listener) => listener.event?.(event, state));
  };
  const journal = createJournal({ store: ports.store, clock, state, claim, after, onTrouble, onDurable });
  const mailbox = createMailbox({ store: ports.store, ownership, clock });

  const group =
    state.concurrency &&
    createRunGroup(state.concurrency, {
      store: ports.store,
      ownership,
      mailbox,
      clock,
      state,
      onQueued: (behind) => listeners.tell((listener) => listener.queued?.(behind)),
      onTrouble,
    });

  const hold = createRunHold({
    state,
    journal,
    isDeciding: () => agenda.isAtWork,
    deafen() {
      stopNudges();
      timers.end();
    },
    abandon(error) {
      source.abort(error);
      attempts.abandon(error);
    },
    async close() {
      await closeRun(scope, run.keepWorkspace ?? false);
      await group?.call();
    },
    rest: () => closeSandbox(scope, neededToGoOn(state)),
    async giveFree() {
      await ports.store.release(claim);
      // What was posted to this process meanwhile is not forgotten.
      await mailbox.deliver(state.id);
      await group?.call();
    },
    onWaiting: () => listeners.tell((listener) => listener.waits?.(state)),
  });

  const send = (command: RunCommand): Sent => {
    if (hold.isLeft) return { events: [], durable: Promise.reject(runLeft(state.id)) };
    if (hold.isLost) return { events: [], durable: hold.done.then(() => {}) };
    const events = carryOut(state, command, clock.now(), (event) => observer.observe(event));
    if (events.length === 0) return { events, durable: journal.flushed() };
    hold.turned();
    const durable = journal.write(events);
    durable.catch(hold.give);
    goOn();
    return { events, durable };
  };
  const goOn = () => {
    agenda.workOff();
    hold.look();
  };

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
      hold.give(error);
      throw error;
    },
    onTrouble,
    progress: (step, data) => listeners.tell((listener) => listener.progress?.(step, data)),
  };

  const attempts = createRunAttempts(scope, pools, hold.keep);
  const agenda = createRunAgenda({
    scope,
    attempts,
    timers,
    flushed: journal.flushed,
    isLost: () => hold.isLost,
  });
  const observer = createRunObserver({
    scope,
    at: timers.at,
    stopSource: () => source.abort(new Error('the run was cancelled')),
    record: (group) => values?.record(group),
    keep: hold.keep,
  });

  const lookForMail = createRunMail({
    store: ports.store,
    clock,
    state,
    signal: timers.signal,
    send: ({ content, ...message }) =>
      content.type === 'vote'
        ? agenda.resume(content.step, {
            type: 'receive',
            message: { ...message, content: { ...content, vote: maskedVote(content.vote, masker) } },
          })
        : send({ type: 'receive', message: { ...message, content } }),
    onTrouble,
  });
  const onMail = () => {
    lookForMail().catch((error: unknown) => {
      // With its timers ended, nobody drives the run from here any more.
      if (!timers.signal.aborted) hold.give(error);
    });
  };
  const stopNudges = ownership.onNudge(state.id, onMail);

  onDurable(news);
  beginDriving({
    scope,
    run,
    isResumed,
    timers,
    source: source.signal,
    group,
    openValues() {
      values = createRunValues({ state, secrets, outerEnv: run.outerEnv ?? {} });
    },
    keep: hold.keep,
    takeUp() {
      // What runs is looked for, and the agenda read again from its beginning.
      for (const unit of index.inside) observer.watchDeadline(unit);
      const running = [...index.running];
      for (const unit of running) attempts.takeUp(unit);
      send({ type: 'settle' });
      goOn();
    },
  });
  onMail();

  return {
    id: state.id,
    state,
    subscribe: listeners.add,
    leave: hold.leave,
    cancel: (cause) => send({ type: 'cancel', cause }).durable,
    async vote(step, vote) {
      if (hold.isLeft) throw runLeft(state.id);
      const refusal = voteRefusal(state, step, vote, clock.now());
      if (refusal) throw refusal;
      await agenda.resume(step, { type: 'vote', step, vote: maskedVote(vote, masker) }).durable;
    },
    async resume(step, resumption) {
      if (hold.isLeft) throw runLeft(state.id);
      const { events, durable } = agenda.resume(step, { type: 'resume', step, ...resumption });
      if (events.length === 0) {
        throw new EngineError({
          code: 'run.step_not_waiting',
          message: `the step ${step} does not wait`,
          hint: 'It may have been decided already: look at the run.',
        });
      }
      await durable;
    },
    detach: hold.detach,
    done: hold.done,
  };
}
