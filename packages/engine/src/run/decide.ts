import type { StepWait } from '@cicd/plugin';
import type { AttemptOutcome, RunCommand } from './commands.ts';
import type { AttemptResult, RecordedError, RunEvent, StepFinished } from './events.ts';
import { scopesToOpen } from './inside.ts';
import { commandOf } from './messages.ts';
import { runOutcome } from './outcome.ts';
import { approvalSubject, subjectDigest } from './approval-subject.ts';
import { receive } from './receive.ts';
import { retryDelay } from './retry.ts';
import type { Unit } from './run-index.ts';
import { stepForShell } from './shell.ts';
import type { RunState } from './state.ts';
import { castVote, voteRefusal } from './vote.ts';

type CommandOf<Type extends RunCommand['type']> = Extract<RunCommand, { type: Type }>;

/** What `always()` steps get after a cancel or the pipeline's timeout, in milliseconds. */
export const cancelAllowance = 300_000;

/** The events that a command leads to, in order; none when the state has overtaken it. `now`: milliseconds since the epoch. */
export function decide(state: RunState, command: RunCommand, now: number): readonly RunEvent[] {
  if (command.type === 'rerun') return rerun(state, command, now);
  if (command.type === 'remove_workspace') return state.workspace ? [{ type: 'run.workspace_removed', at: now }] : [];
  if (command.type === 'open_shell') return openShell(state, command, now);
  if (state.finishedAt !== undefined) return [];
  switch (command.type) {
    case 'begin': {
      if (state.startedAt !== undefined) return [];
      const { timeout } = state.plan;
      return [{ type: 'run.started', at: now, ...(timeout !== undefined && { deadline: now + timeout }) }];
    }
    case 'source_prepared':
    case 'source_failed':
      return decideSource(state, command, now);
    case 'cancel':
      return decideCancel(state, command, now);
    case 'receive':
      return receive(state, command.message, now, (content) => decide(state, commandOf(content), now));
    case 'settle':
      return settle(state, now);
    case 'close':
      return close(state, command, now);
    default: {
      const unit = state.index.units.get(command.step);
      return unit ? decideStep(state, unit, command, now) : [];
    }
  }
}

function rerun(state: RunState, again: CommandOf<'rerun'>, now: number): RunEvent[] {
  if (state.finishedAt === undefined) return [];
  const event = { ...again, type: 'run.rerun' as const, at: now, attempt: state.attempt + 1 };
  if (state.concurrency) return [{ ...event, queued: true }];
  const { timeout } = again.plan ?? state.plan;
  return [{ ...event, ...(timeout !== undefined && { deadline: now + timeout }) }];
}

function openShell(state: RunState, command: CommandOf<'open_shell'>, now: number): RunEvent[] {
  const { attempt } = stepForShell(state, command.step).state;
  return [{ ...command, type: 'step.shell_opened', at: now, attempt }];
}

function decideSource(
  state: RunState,
  command: CommandOf<'source_prepared' | 'source_failed'>,
  now: number,
): RunEvent[] {
  if (state.index.moving) return [];
  const log = command.log && { log: command.log };
  return command.type === 'source_prepared'
    ? [{ type: 'source.prepared', at: now, source: command.source, ...log }]
    : [{ type: 'source.failed', at: now, error: command.error, ...log }];
}

function decideCancel(state: RunState, { cause }: CommandOf<'cancel'>, now: number): RunEvent[] {
  if (state.cancel && state.mode === 'ending') return [];
  return [{ type: 'run.cancel_requested', at: now, cause, deadline: state.cancel ? now : now + cancelAllowance }];
}

type StepCommand = Exclude<Extract<RunCommand, { step: string }>, { type: 'open_shell' }>;

function decideStep(state: RunState, unit: Unit, command: StepCommand, now: number): readonly RunEvent[] {
  const { index } = state;
  const step = command.step;
  if ('attempt' in command && (command.attempt !== unit.state.attempt || !isAtWork(state, unit))) return [];
  switch (command.type) {
    case 'judge':
      if (!index.judging.has(unit)) return [];
      return command.verdict
        ? [{ type: 'step.admitted', at: now, step, survivesCancel: command.survivesCancel }]
        : [{ type: 'step.skipped', at: now, step, reason: 'condition' }];
    case 'fail_condition':
      if (!index.judging.has(unit)) return [];
      return [finished(unit, 'failed', now, { error: command.error, cause: 'configuration' })];
    case 'start': {
      const due =
        index.ready.has(unit) ||
        (index.retrying.has(unit) && !index.lapsed.has(unit) && now >= (unit.state.retryAt ?? 0));
      if (!due) return [];
      return [
        {
          type: 'step.started',
          at: now,
          step,
          attempt: unit.state.attempt + 1,
          token: command.token,
          ...(command.deadline !== undefined && { deadline: command.deadline }),
        },
      ];
    }
    case 'enter':
      return index.asked.get(unit) === 'enter' ? [{ ...command, type: 'step.entered', at: now }] : [];
    case 'turn':
      if (index.asked.get(unit) !== 'turn') return [];
      return [{ ...command, type: 'step.scope_opened', at: now, turn: unit.inside?.scopes.length ?? 0 }];
    case 'prepare':
      return [{ ...command, type: 'step.scope_prepared', at: now }];
    case 'expire':
      return unit.inside && !unit.inside.expired ? [{ ...command, type: 'step.expired', at: now }] : [];
    case 'created':
      return [{ ...command, type: 'step.created', at: now }];
    case 'privilege':
      return [{ ...command, type: 'step.privileged', at: now }];
    case 'discard':
      return [{ ...command, type: 'step.discarded', at: now }];
    case 'checkpoint':
      return [{ ...command, type: 'step.checkpointed', at: now }];
    case 'delay':
      return [{ ...command, type: 'step.delayed', at: now }];
    case 'wait':
      if (index.ending.has(unit)) return [finished(unit, 'cancelled', now, { error: cancelled })];
      return [{ ...command, type: 'step.waiting', at: now, ...approvalOf(state, unit, command.wait) }];
    case 'vote':
      return voteRefusal(state, step, command.vote, now) ? [] : castVote(unit.state, command.vote, now);
    case 'resume':
      if (unit.state.status !== 'waiting' || index.lapsed.has(unit)) return [];
      if (!mayResume(unit.state.current?.wait, command, now)) return [];
      return [{ ...command, type: 'step.resumed', at: now, attempt: unit.state.attempt }];
    case 'lose':
      if (index.ending.has(unit)) return [finished(unit, 'cancelled', now, { error: command.error })];
      return [{ ...command, type: 'step.unknown', at: now }];
    case 'finish':
      return unit.inside && unit.inside.open.size > 0 ? [] : [finish(state, unit, command.outcome, now)];
    case 'resolve':
      return resolve(unit, command.outcome, now);
  }
}

function approvalOf(state: RunState, { state: step }: Unit, wait: StepWait) {
  if (wait.kind !== 'approval' || !wait.approval) return {};
  const subject = approvalSubject(state, step);
  return { approval: { subject, digest: subjectDigest(subject) } };
}

/** A timer is over at its time, and where there are votes, only they decide before that. */
const mayResume = (wait: StepWait | undefined, { kind }: CommandOf<'resume'>, now: number) =>
  kind === 'timer' ? now >= (wait?.deadline ?? 0) : wait?.kind !== 'approval' || wait.approval === undefined;

/** A structured step is at work until nothing inside it is open. */
const isAtWork = ({ index }: RunState, unit: Unit) => index.running.has(unit) || index.inside.has(unit);

const cancelled: RecordedError = { code: 'step.cancelled', message: 'the step was cancelled' };

function finished(
  unit: Unit,
  status: StepFinished['status'],
  now: number,
  result: Omit<AttemptResult, 'durationMs'> & Pick<StepFinished, 'cause'>,
): RunEvent {
  return {
    type: 'step.finished',
    at: now,
    step: unit.state.key,
    attempt: unit.state.attempt,
    status,
    ...result,
    durationMs: duration(unit, now),
  };
}

const duration = ({ state }: Unit, now: number) => (state.current ? now - state.current.startedAt : 0);

function finish(state: RunState, unit: Unit, outcome: AttemptOutcome, now: number): RunEvent {
  const { exitCode, log, outputs } = outcome;
  const result = { ...(exitCode !== undefined && { exitCode }), ...(outputs && { outputs }), ...(log && { log }) };
  // A late success, or any other end, does not overwrite a cancel.
  if (state.index.ending.has(unit)) {
    const { outputs: _dropped, ...kept } = result;
    return finished(unit, 'cancelled', now, { ...kept, error: cancelled });
  }
  if (outcome.status === 'succeeded') return finished(unit, 'succeeded', now, result);
  const failure = { ...result, error: outcome.error };
  const attempt = unit.state.attempt - unit.attemptsBefore - unit.attemptsLost;
  const delay = retryDelay(unit.group.step.retry, attempt, outcome.cause);
  if (delay === undefined) {
    const cause = outcome.cause === 'configuration' && { cause: outcome.cause };
    return finished(unit, 'failed', now, { ...failure, ...cause });
  }
  return {
    type: 'step.retry_scheduled',
    at: now,
    step: unit.state.key,
    attempt: unit.state.attempt,
    until: now + delay,
    ...failure,
    durationMs: duration(unit, now),
  };
}

function resolve(unit: Unit, outcome: 'succeeded' | 'failed' | 'again', now: number): RunEvent[] {
  const { status, error, key, attempt } = unit.state;
  if (status !== 'unknown') return [];
  const known = error && { error };
  if (outcome === 'again') {
    return [
      {
        type: 'step.retry_scheduled',
        at: now,
        step: key,
        attempt,
        until: now,
        ...known,
        durationMs: duration(unit, now),
      },
    ];
  }
  return [finished(unit, outcome, now, outcome === 'failed' ? { ...known } : { outputs: {} })];
}

function settle(state: RunState, now: number): RunEvent[] {
  const { index } = state;
  const events: RunEvent[] = [];
  for (const [unit, reason] of index.doomed)
    events.push({ type: 'step.skipped', at: now, step: unit.state.key, reason });
  for (const unit of index.reusing) events.push({ type: 'step.reused', at: now, step: unit.state.key });
  for (const unit of index.lapsed)
    events.push(finished(unit, 'cancelled', now, { error: unit.state.error ?? cancelled }));
  if (events.length > 0) return events;
  for (const unit of index.opening) events.push(...scopesToOpen(unit, now));
  if (events.length === 0 && mustCompensate(state)) events.push({ type: 'run.compensation_started', at: now });
  return events;
}

const mustCompensate = ({ index, mode, plan }: RunState) =>
  index.moving &&
  index.open === 0 &&
  index.root.compensate &&
  !index.compensating &&
  mode === 'stopping' &&
  plan.compensation.length > 0;

/** Whether nothing is left but to close the run. */
export const isSettled = (state: RunState): boolean =>
  state.index.moving && state.index.open === 0 && !mustCompensate(state) && state.finishedAt === undefined;

/** Of an attempt that was cancelled while it queued, what the one before it has left is as good as it was. */
export const leftAsItWas = (state: RunState): boolean => state.startedAt === undefined && state.keepsFiles;

function close(state: RunState, { outputs, error, workspace }: CommandOf<'close'>, now: number): RunEvent[] {
  if (!isSettled(state)) return [];
  const outcome = runOutcome(state);
  const failed = outcome.status === 'succeeded' && error !== undefined;
  const timeout: RecordedError | undefined =
    outcome.cause === 'timeout'
      ? {
          code: 'run.timeout',
          message: 'the run reached its deadline',
          hint: 'Raise the pipeline’s timeout, or find the step that hangs.',
        }
      : undefined;
  const reported = error ?? state.error ?? timeout;
  const status = failed ? 'failed' : outcome.status;
  return [
    {
      type: 'run.finished',
      at: now,
      ...outcome,
      status,
      ...(reported && { error: reported }),
      ...(outputs && { outputs }),
      warning: state.warning,
      ...(workspace && (status === 'failed' || leftAsItWas(state)) && { workspace }),
    },
  ];
}
