import type { Plan } from '../plan/plan.ts';
import type { RunStatus } from '../store/run-store.ts';
import type { ApprovalDecision, ApprovalState } from './approval.ts';
import type {
  AttemptResult,
  RunCreated,
  RunEvent,
  StepFinished,
  StepResumed,
  StepRetryScheduled,
  StepWaiting,
} from './events.ts';
import { addGroups, createIndex } from './graph.ts';
import { ask, beginInside, isStructured } from './inside.ts';
import { endInside, enterMode, note } from './modes.ts';
import { beginAgain, takeOver } from './rerun.ts';
import { admit, finalise, openCompensation, openRoots, openScope } from './routing.ts';
import type { Unit, Writable, WritableRun } from './run-index.ts';
import type { AttemptState, RunState, StepState } from './state.ts';

/** The state after a run's first event. Errors: none; a plan is checked before it gets here. */
export function beginRun(plan: Plan, event: RunCreated): RunState {
  const index = createIndex(plan.failFast);
  addGroups(index, index.root, plan.steps);
  return {
    id: event.run,
    project: event.project,
    pipeline: event.pipeline,
    attempt: event.attempt,
    actor: event.actor,
    requesters: [event.actor],
    trigger: event.trigger,
    ...(event.concurrency && { concurrency: event.concurrency }),
    ...(event.launch && { launch: event.launch }),
    ...(event.previousRun !== undefined && { previousRun: event.previousRun }),
    ...(event.selection && { selection: new Set(event.selection) }),
    local: event.local ?? false,
    keepsFiles: false,
    workspaceStands: false,
    plan,
    status: 'queued',
    mode: 'open',
    createdAt: event.at,
    warning: false,
    steps: index.states,
    groups: index.root.groups,
    scopes: index.scopes,
    index,
  };
}

/**
 * Applies one event, and returns the state it was given: it is changed in place, so that a run of any size costs only
 * what its events touch. The same events always give the same state.
 */
export function evolve(state: RunState, event: RunEvent): RunState {
  const run = state as WritableRun;
  apply(run, event);
  if (event.type === 'run.finished') run.status = event.status;
  // What happens after the end leaves it as it was.
  else if (run.finishedAt === undefined) run.status = currentStatus(run);
  return run;
}

/** The state that a history amounts to. */
export function replay(plan: Plan, events: Iterable<RunEvent>): RunState {
  let state: RunState | undefined;
  for (const event of events) {
    if (event.type === 'run.created') state = beginRun(plan, event);
    else if (state) evolve(state, event);
  }
  if (!state) throw new TypeError('a history begins with run.created');
  return state;
}

function apply(run: WritableRun, event: RunEvent): void {
  switch (event.type) {
    case 'run.created':
      throw new TypeError('run.created is the first event of a run, and the only one of its kind');
    case 'run.started':
      run.startedAt = event.at;
      if (event.deadline !== undefined) run.deadline = event.deadline;
      return run.workspaceStands ? openRoots(run) : undefined;
    case 'source.prepared':
      run.source = event.source;
      if (event.log) run.sourceLog = event.log;
      return openRoots(run);
    case 'source.failed':
      run.error = event.error;
      if (event.log) run.sourceLog = event.log;
      run.index.root.failed = true;
      enterMode(run, run.index.root, 'ending');
      return openRoots(run);
    case 'run.cancel_requested':
      return applyCancel(run, event);
    case 'run.message_received':
      run.lastMessage = event.message;
      return;
    case 'run.compensation_started':
      return openCompensation(run);
    case 'run.rerun':
      beginAgain(run, event);
      return run.workspaceStands && !event.queued ? openRoots(run) : undefined;
    case 'run.finished':
      run.finishedAt = event.at;
      if (event.error) run.error = event.error;
      if (event.outputs) run.outputs = event.outputs;
      if (event.workspace) run.workspace = event.workspace;
      return;
    case 'run.workspace_removed':
      delete run.workspace;
      return;
    default: {
      const unit = run.index.units.get(event.step);
      if (!unit) throw new TypeError(`the run has no step ${event.step}`);
      return applyToStep(run, unit, event);
    }
  }
}

function applyCancel(run: WritableRun, event: RunEvent & { type: 'run.cancel_requested' }): void {
  const again = run.cancel !== undefined;
  run.cancel ??= { cause: event.cause, requestedAt: event.at, deadline: event.deadline };
  const beforeStart = !run.index.moving;
  enterMode(run, run.index.root, again || beforeStart ? 'ending' : 'cancelling');
  if (beforeStart) openRoots(run);
}

type StepEvent = Extract<RunEvent, { step: string }>;

function applyToStep(run: WritableRun, unit: Unit, event: StepEvent): void {
  const { index } = run;
  const step = unit.state;
  switch (event.type) {
    case 'step.admitted':
      unit.survivesCancel = event.survivesCancel;
      return admit(run, unit);
    case 'step.started':
      index.ready.delete(unit);
      index.retrying.delete(unit);
      step.status = 'running';
      step.attempt = event.attempt;
      step.startedAt ??= event.at;
      delete step.retryAt;
      step.current = {
        attempt: event.attempt,
        token: event.token,
        startedAt: event.at,
        ...(event.deadline !== undefined && { deadline: event.deadline }),
      };
      if (!isStructured(unit)) index.running.add(unit);
      else {
        beginInside(run, unit);
        ask(run, unit);
      }
      return;
    case 'step.entered':
      if (unit.inside) unit.inside.entry = event.entry;
      return ask(run, unit);
    case 'step.scope_opened':
      return openScope(run, unit, event);
    case 'step.scope_prepared':
      unit.inside?.prepared.add(event.turn);
      return;
    case 'step.expired':
      if (unit.inside) unit.inside.expired = true;
      return endInside(run, unit, 'ending');
    case 'step.created':
      if (event.image !== undefined) step.image = event.image;
      return change(step, { process: { id: event.process, ...(event.image !== undefined && { image: event.image }) } });
    case 'step.discarded': {
      const { process: _removed, ...rest } = step.current ?? {};
      if (step.current) step.current = rest as AttemptState;
      return;
    }
    case 'step.checkpointed':
      return change(step, { checkpoint: event.data });
    case 'step.delayed':
      return change(step, { delayed: { until: event.until, error: event.error } });
    case 'step.waiting':
      index.running.delete(unit);
      index.waiting.add(unit);
      step.status = 'waiting';
      change(step, { wait: event.wait, waitingSince: event.at });
      askForApproval(step, event);
      return note(run, 'wait', unit);
    case 'step.vote_cast':
      return changeApproval(step, ({ votes }) => ({ votes: [...votes, { ...event.vote, at: event.at }] }));
    case 'step.resumed':
      index.waiting.delete(unit);
      index.running.add(unit);
      step.status = 'running';
      changeApproval(step, () => ({ decision: decisionOf(event) }));
      extendDeadline(step, event.at);
      return change(step, { resumption: { kind: event.kind, ...(event.value && { value: event.value }) } });
    case 'step.unknown':
      index.running.delete(unit);
      index.waiting.add(unit);
      step.status = 'unknown';
      step.error = event.error;
      return;
    case 'step.retry_scheduled':
      index.running.delete(unit);
      index.inside.delete(unit);
      index.waiting.delete(unit);
      index.retrying.add(unit);
      ask(run, unit);
      if (step.status === 'unknown') unit.attemptsLost += 1;
      step.status = 'running';
      step.retryAt = event.until;
      keepResult(step, event);
      return note(run, 'retry', unit);
    case 'step.finished':
      step.status = event.status;
      step.finishedAt = event.at;
      delete step.retryAt;
      // Decided already, unless it was cancelled while it waited.
      changeApproval(step, ({ decision = 'cancelled' }) => ({ decision }));
      keepResult(step, event);
      return finalise(run, unit, event);
    case 'step.shell_opened':
    case 'step.privileged':
      return;
    case 'step.skipped':
      step.status = 'skipped';
      step.reason = event.reason;
      return finalise(run, unit);
    case 'step.reused':
      takeOver(run, unit);
      return finalise(run, unit);
  }
}

function change(step: Writable<StepState>, news: Partial<AttemptState>): void {
  if (step.current) step.current = { ...step.current, ...news };
}

function askForApproval(step: Writable<StepState>, { at, wait, approval }: StepWaiting): void {
  if (wait.kind !== 'approval' || !wait.approval || !approval) return;
  const { deadline, data } = wait;
  step.approval = { terms: wait.approval, ...approval, ...(data && { data }), askedAt: at, deadline, votes: [] };
}

function changeApproval(step: Writable<StepState>, news: (approval: ApprovalState) => Partial<ApprovalState>): void {
  if (step.approval) step.approval = { ...step.approval, ...news(step.approval) };
}

function decisionOf({ kind, value }: StepResumed): ApprovalDecision {
  if (kind !== 'decision') return 'timed_out';
  return value?.['approved'] === true ? 'approved' : 'rejected';
}

/** A timeout counts the time at work: a gate may wait for longer than its step may run. */
function extendDeadline(step: Writable<StepState>, now: number): void {
  const { deadline, waitingSince = now } = step.current ?? {};
  if (deadline !== undefined) change(step, { deadline: deadline + now - waitingSince });
}

/** The last attempt's result replaces the one before, whole. */
function keepResult(step: Writable<StepState>, event: StepFinished | StepRetryScheduled): void {
  delete step.current;
  for (const name of ['exitCode', 'outputs', 'error', 'log'] as const) delete step[name];
  const { exitCode, outputs, error, log, durationMs }: AttemptResult = event;
  Object.assign(
    step,
    { durationMs },
    exitCode !== undefined && { exitCode },
    outputs && { outputs },
    error && { error },
    log && { log },
  );
}

function currentStatus({ index, startedAt }: WritableRun): RunStatus {
  if (startedAt === undefined) return 'queued';
  const { running, ready, judging, retrying, reusing, doomed, asked, opening } = index;
  const atWork = [running, ready, judging, retrying, reusing, doomed, asked, opening].some(({ size }) => size > 0);
  return index.waiting.size > 0 && !atWork ? 'waiting' : 'running';
}
