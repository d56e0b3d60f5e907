import type { Json, JsonObject, StepWait, Privileges } from '@cicd/plugin';
import type { Place, Plan } from '../plan/plan.ts';
import type { ApprovalSubject, Vote } from './approval.ts';
import type { FlowEntry } from './scope.ts';
import type { RunMessage } from './messages.ts';

/** An error as a run keeps it: masked, without stack and cause. */
export interface RecordedError {
  /** Stable, dotted: `step.command_failed`. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** The expression or key of the pipeline file that it comes from. */
  readonly place?: Place & { readonly path: string };
}

/** What is known of an attempt's log once it is closed. */
export interface LogSize {
  readonly bytes: number;
  readonly lines: number;
}

/**
 * Why a step did not run. `condition`: its own condition said no, which counts as passed for dependents.
 * `selection`: `--only` or `--from` left it out; counts as passed too. `upstream`: a need failed or was itself
 * skipped so. `stopped`: the run was stopping or being cancelled when its turn came.
 */
export type SkipReason = 'condition' | 'selection' | 'upstream' | 'stopped';

/** Who or what asked a run to end. */
export type CancelCause = 'user' | 'timeout' | 'hangup' | 'terminated' | 'superseded';

/** What is kept of an attempt that has ended. */
export interface AttemptResult {
  readonly exitCode?: number;
  readonly outputs?: JsonObject;
  readonly error?: RecordedError;
  readonly log?: LogSize;
  /** Milliseconds from `step.started`. */
  readonly durationMs: number;
}

interface Timed {
  /** Milliseconds since the epoch. */
  readonly at: number;
}

interface OfStep extends Timed {
  /** The step's key: `build`, `test.0`, `loop.3.build`. */
  readonly step: string;
}

interface OfAttempt extends OfStep {
  /** From 1. With the step's key it names the container and the log. 0: the step never started. */
  readonly attempt: number;
}

/** A run's part in a group of which one run goes on at a time. */
export interface RunConcurrency {
  readonly group: string;
  /** Whether the runs before it are cancelled instead of waited for. */
  readonly cancelInProgress: boolean;
}

export interface RunCreated extends Timed {
  readonly type: 'run.created';
  readonly run: string;
  readonly project: string;
  readonly pipeline: string;
  /** The plan's digest. */
  readonly plan: string;
  /** From 1; a rerun adds one. */
  readonly attempt: number;
  readonly actor: string;
  readonly trigger: JsonObject;
  /** At most one run of a group goes on at a time: this one waits until those before it have ended. */
  readonly concurrency?: RunConcurrency;
  /** What the door that started it must know to go on with it in another process; no secret. */
  readonly launch?: JsonObject;
  /** The last successful run of this pipeline at this moment. */
  readonly previousRun?: string;
  /** Names of the steps to run; absent = all. */
  readonly selection?: readonly string[];
  /** Begun in a data folder without a server: votes of its terminal count, and no server goes on with it. */
  readonly local?: true;
}

export interface RunStarted extends Timed {
  readonly type: 'run.started';
  /** Absolute; absent = the pipeline has no timeout. */
  readonly deadline?: number;
}

export interface SourcePrepared extends Timed {
  readonly type: 'source.prepared';
  readonly source: JsonObject;
  readonly log?: LogSize;
}

/** Nothing can run without a source: every step is skipped and the run fails. */
export interface SourceFailed extends Timed {
  readonly type: 'source.failed';
  readonly error: RecordedError;
  readonly log?: LogSize;
}

/** The step's condition said yes; it starts as soon as there is room. Steps without a condition need no such word. */
export interface StepAdmitted extends OfStep {
  readonly type: 'step.admitted';
  /** The condition holds after a cancel too: `always()`. */
  readonly survivesCancel: boolean;
}

/** The intent, durable before any effect. Key and attempt are the name of everything the attempt creates. */
export interface StepStarted extends OfAttempt {
  readonly type: 'step.started';
  /** Random, 32 hexadecimal digits. */
  readonly token: string;
  /** Absolute: a restart neither extends nor shortens it. Absent: a structured step without a timeout. */
  readonly deadline?: number;
}

/** A structured step knows what it goes by: its items, its route, the inputs of its call. */
export interface StepEntered extends OfAttempt {
  readonly type: 'step.entered';
  readonly entry: FlowEntry;
}

/** The steps inside a structured step begin; their keys are its key and their names, with the turn of a loop between. */
export interface StepScopeOpened extends OfAttempt {
  readonly type: 'step.scope_opened';
  /** Of a loop, from 0. */
  readonly turn?: number;
  /** The compensation list of a called pipeline. */
  readonly compensation?: true;
}

/** The copy of the workspace that steps inside share is complete: whoever goes on with the run works in that one. */
export interface StepScopePrepared extends OfAttempt {
  readonly type: 'step.scope_prepared';
  /** The turn that the copy belongs to; absent = the whole step. */
  readonly turn?: number;
}

/** A structured step reached its deadline: everything inside it is ended, then it fails. */
export interface StepExpired extends OfAttempt {
  readonly type: 'step.expired';
}

/** The operator's grants let the container that is to be created out of its hardening so far: paths are resolved. */
export interface StepPrivileged extends OfAttempt {
  readonly type: 'step.privileged';
  readonly privileges: Privileges;
}

/** The step's process exists, and has not been started yet. */
export interface StepCreated extends OfAttempt {
  readonly type: 'step.created';
  /** The container engine's id. */
  readonly process: string;
  readonly image?: string;
}

/**
 * The created process was found never to have been started, or to have ended before it began with its work: it is removed,
 * and the attempt may create another.
 */
export interface StepDiscarded extends OfAttempt {
  readonly type: 'step.discarded';
}

/** A note that the step made before an effect of its own. */
export interface StepCheckpointed extends OfAttempt {
  readonly type: 'step.checkpointed';
  readonly data: Json;
}

/** Trouble that is not the step's: the same attempt goes on at `until`. */
export interface StepDelayed extends OfAttempt {
  readonly type: 'step.delayed';
  readonly until: number;
  readonly error: RecordedError;
}

export interface StepWaiting extends OfAttempt {
  readonly type: 'step.waiting';
  readonly wait: StepWait;
  /** Of a wait for an approval with terms: what it is about, and the SHA-256 of that. */
  readonly approval?: { readonly subject: ApprovalSubject; readonly digest: string };
}

/** A vote that counts. The one that decides is followed by `step.resumed` in the same append. */
export interface StepVoteCast extends OfAttempt {
  readonly type: 'step.vote_cast';
  readonly vote: Vote;
}

export interface StepResumed extends OfAttempt {
  readonly type: 'step.resumed';
  readonly kind: 'decision' | 'timer' | 'event';
  readonly value?: JsonObject;
}

/** Whether the attempt had its effect can be neither confirmed nor denied: a person resolves it. */
export interface StepUnknown extends OfAttempt {
  readonly type: 'step.unknown';
  readonly error: RecordedError;
}

/** The attempt failed, the next one starts at `until`. */
export interface StepRetryScheduled extends OfAttempt, AttemptResult {
  readonly type: 'step.retry_scheduled';
  readonly until: number;
}

/** The last attempt ended: the step is final. */
export interface StepFinished extends OfAttempt, AttemptResult {
  readonly type: 'step.finished';
  readonly status: 'succeeded' | 'failed' | 'cancelled';
  /** The step never got as far as its work: what is around it is not tried again either. */
  readonly cause?: 'configuration';
}

export interface StepSkipped extends OfStep {
  readonly type: 'step.skipped';
  readonly reason: SkipReason;
}

/** The result of an earlier attempt of the run is taken over. */
export interface StepReused extends OfStep {
  readonly type: 'step.reused';
}

/** Every step is final and one with `on_error: compensate` failed: the compensation list runs, last one first. */
export interface RunCompensationStarted extends Timed {
  readonly type: 'run.compensation_started';
}

/** The second one of a run ends the `always()` steps too. */
export interface RunCancelRequested extends Timed {
  readonly type: 'run.cancel_requested';
  readonly cause: CancelCause;
  /** Absolute: when the steps that survive the first request are ended as well. */
  readonly deadline: number;
}

/** The run took in what somebody outside of its process said; what follows from it comes in the same append. */
export interface RunMessageReceived extends Timed {
  readonly type: 'run.message_received';
  /** The message's id. */
  readonly message: number;
  readonly actor: string;
  readonly content: RunMessage;
  /** Why it had no effect. */
  readonly error?: RecordedError;
}

/** A person was given a shell in surroundings like the step's, while nothing of the run was at work. */
export interface StepShellOpened extends OfAttempt {
  readonly type: 'step.shell_opened';
  /** Who: `local:ann`. */
  readonly actor: string;
  /** Whether the shell was given the secrets that the step is given. */
  readonly withSecrets: boolean;
}

/**
 * A person asked for the run again after its end: what follows is another attempt of it. Attempts of steps are counted
 * on, so that nothing of an earlier one is overwritten; approvals are asked for again.
 */
export interface RunRerun extends Timed {
  readonly type: 'run.rerun';
  /** The run's attempt that begins. */
  readonly attempt: number;
  /** Who asked. */
  readonly actor: string;
  /** Keys of steps whose result is taken over when their turn comes. */
  readonly kept: readonly string[];
  /** As it stands; or with the source of today laid over it; or made anew. */
  readonly workspace: 'kept' | 'refilled' | 'new';
  /** What the run does from now on, where that is something else. */
  readonly plan?: Plan;
  /** Absolute; absent = the pipeline has no timeout, or the attempt has not begun yet. */
  readonly deadline?: number;
  /** One of a concurrency group begins when its turn has come, with `run.started`. */
  readonly queued?: true;
}

/** The workspace of a run that failed, as it was left. */
export interface KeptWorkspace {
  /** What its files take, where that could be measured. */
  readonly bytes?: number;
}

/** The workspace that was kept is there no more. */
export interface RunWorkspaceRemoved extends Timed {
  readonly type: 'run.workspace_removed';
}

export interface RunFinished extends Timed {
  readonly type: 'run.finished';
  readonly status: 'succeeded' | 'failed' | 'cancelled';
  /** Present when the run was asked to end. */
  readonly cause?: CancelCause;
  /** Trouble of the run itself (source, outputs, timeout); a step's own error stays with the step. */
  readonly error?: RecordedError;
  readonly outputs?: JsonObject;
  /** A step failed with `on_error: skip`. */
  readonly warning: boolean;
  /** Absent: it was removed. */
  readonly workspace?: KeptWorkspace;
}

/** The history of a run. Stored once, in order, and never changed: a new meaning gets a new type. */
export type RunEvent =
  | RunCreated
  | RunStarted
  | SourcePrepared
  | SourceFailed
  | StepAdmitted
  | StepStarted
  | StepEntered
  | StepScopeOpened
  | StepScopePrepared
  | StepExpired
  | StepPrivileged
  | StepCreated
  | StepDiscarded
  | StepCheckpointed
  | StepDelayed
  | StepWaiting
  | StepVoteCast
  | StepResumed
  | StepUnknown
  | StepRetryScheduled
  | StepFinished
  | StepSkipped
  | StepReused
  | StepShellOpened
  | RunCompensationStarted
  | RunCancelRequested
  | RunMessageReceived
  | RunRerun
  | RunWorkspaceRemoved
  | RunFinished;
