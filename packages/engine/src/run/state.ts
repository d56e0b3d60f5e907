import type { Json, JsonObject, StepResumption, StepWait } from '@cicd/plugin';
import type { Plan, PlanStep } from '../plan/plan.ts';
import type { RunStatus } from '../store/run-store.ts';
import type { ApprovalState } from './approval.ts';
import type { CancelCause, KeptWorkspace, LogSize, RecordedError, RunConcurrency, SkipReason } from './events.ts';
import type { RunIndex } from './run-index.ts';

/**
 * `pending`: a need is not final. `ready`: its turn has come; it is judged, or starts as soon as there is room.
 * Final are succeeded, failed, skipped and cancelled.
 */
export type StepStatus =
  'pending' | 'ready' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'skipped' | 'cancelled' | 'unknown';

/** What a run knows of one step or matrix member. */
export interface StepState {
  /** `name`, `name.0` for a matrix member, `loop.3.name` inside another step. */
  readonly key: string;
  readonly name: string;
  readonly type: string;
  /** The values of a matrix member. */
  readonly matrix?: JsonObject;
  /** Key of the structured step that it stands in. */
  readonly parent?: string;
  /** Whether it belongs to the compensation list. */
  readonly compensation: boolean;
  readonly status: StepStatus;
  readonly reason?: SkipReason;
  /** Its result is that of an earlier attempt of the run. */
  readonly reused?: true;
  /** The attempt that runs or ran last; 0 = none. */
  readonly attempt: number;
  /** Milliseconds since the epoch: the first attempt's start, the last one's end. */
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** Of the current attempt, while it runs. */
  readonly current?: AttemptState;
  /** The last approval that it asked for. */
  readonly approval?: ApprovalState;
  /** Digest of the image that its last process ran. */
  readonly image?: string;
  /** When the next attempt starts, between two attempts. */
  readonly retryAt?: number;
  readonly exitCode?: number;
  readonly outputs?: JsonObject;
  readonly error?: RecordedError;
  readonly log?: LogSize;
  /** Of the last attempt, in milliseconds. */
  readonly durationMs?: number;
}

/** What a restart needs to know of a started attempt. */
export interface AttemptState {
  readonly attempt: number;
  readonly token: string;
  readonly startedAt: number;
  /** Absolute; the time spent waiting is added to it. Absent: a structured step without a timeout. */
  readonly deadline?: number;
  readonly process?: { readonly id: string; readonly image?: string };
  readonly checkpoint?: Json;
  readonly wait?: StepWait;
  readonly waitingSince?: number;
  /** How the last wait ended: what the attempt goes on with. */
  readonly resumption?: StepResumption;
  /** Trouble that holds the attempt up. */
  readonly delayed?: { readonly until: number; readonly error: RecordedError };
}

/**
 * How far a run still goes. `open`: everything. `stopping`: a step failed; only steps that ask for it by a status
 * function start. `cancelling`: as stopping, and what does not survive a cancel is ended. `ending`: nothing starts,
 * everything is ended.
 */
export type RunMode = 'open' | 'stopping' | 'cancelling' | 'ending';

/** The state of a run: the fold of its events. Read it; only `evolve` writes. */
export interface RunState {
  readonly id: string;
  readonly project: string;
  readonly pipeline: string;
  readonly attempt: number;
  readonly actor: string;
  /** Everybody who asked for it, or to run it again: none of them can approve it. */
  readonly requesters: readonly string[];
  readonly trigger: JsonObject;
  readonly concurrency?: RunConcurrency;
  /** What the door that started it noted for going on with it. */
  readonly launch?: JsonObject;
  readonly previousRun?: string;
  /** Names of the chosen steps; absent = all. */
  readonly selection?: ReadonlySet<string>;
  /** Begun in a data folder without a server. */
  readonly local: boolean;
  readonly plan: Plan;
  readonly status: RunStatus;
  readonly mode: RunMode;
  /** Milliseconds since the epoch; start and end are those of the run's current attempt. */
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** Of the whole run; absolute. */
  readonly deadline?: number;
  /** Whether the workspace is to hold what an earlier attempt of the run left in it. */
  readonly keepsFiles: boolean;
  /** The workspace is as an earlier attempt of the run has left it: nothing fills it before the first step. */
  readonly workspaceStands: boolean;
  readonly source?: JsonObject;
  readonly sourceLog?: LogSize;
  readonly cancel?: { readonly cause: CancelCause; readonly requestedAt: number; readonly deadline: number };
  /** Id of the last message that was taken in. */
  readonly lastMessage?: number;
  readonly error?: RecordedError;
  readonly outputs?: JsonObject;
  /** Of a run that has ended: its workspace is still there. */
  readonly workspace?: KeptWorkspace;
  /** A step failed with `on_error: skip`. */
  readonly warning: boolean;
  /**
   * By key: the pipeline's own in the order of the file, then those inside others as their turn comes; the
   * compensation list joins when it starts.
   */
  readonly steps: ReadonlyMap<string, StepState>;
  /** The pipeline's own, by name: a matrix as one, with its members. */
  readonly groups: ReadonlyMap<string, GroupState>;
  /** What stands inside a structured step's current or last attempt, by the step's key. */
  readonly scopes: ReadonlyMap<string, readonly ScopeState[]>;
  /** The machine's own bookkeeping. @internal */
  readonly index: RunIndex;
}

/** A step as its dependents see it: a single step, or all members of a matrix. */
export interface GroupState {
  readonly step: PlanStep;
  readonly members: readonly StepState[];
  /** Present once every member is final. */
  readonly outcome?: GroupOutcome;
  /** An ancestor failed: what `failure()` asks. Whole once every need is final. */
  readonly ancestorFailed: boolean;
}

export interface GroupOutcome {
  readonly status: 'succeeded' | 'failed' | 'skipped' | 'cancelled';
  /** Whether it ended well, or was skipped by its own condition. */
  readonly passed: boolean;
}

/** Steps that are performed together inside a structured step: all of them, a turn of a loop, a route. */
export interface ScopeState {
  /** `loop.3` for a turn, else the key of the step around it; empty for the pipeline's own steps. */
  readonly key: string;
  /** Of a loop, from 0. */
  readonly turn?: number;
  /** By name. */
  readonly groups: ReadonlyMap<string, GroupState>;
  readonly isClosed: boolean;
}
