import type {
  ArtifactStore,
  Clock,
  GrantPolicy,
  JsonObject,
  SandboxDriver,
  StepLog,
  StepPorts,
  StepRegistry,
  StepResumption,
  Workspace,
} from '@cicd/plugin';
import type { CacheStore } from '../cache/cache-store.ts';
import type { LogKey, LogStore } from '../log/log-store.ts';
import type { Masker } from '../masking/masker.ts';
import type { Vote } from '../run/approval.ts';
import type { CancelCause, RecordedError, RunEvent } from '../run/events.ts';
import type { RerunChoice } from '../run/kept-steps.ts';
import type { RunState } from '../run/state.ts';
import type { RunStore } from '../store/run-store.ts';
import type { Ownership } from './ownership.ts';

/** Randomness as an argument. */
export interface Identity {
  /** A new run id: `[a-z0-9]`, it becomes part of file, container and network names. `now`: milliseconds. */
  runId(now: number): string;
  /** 32 hexadecimal digits that nobody can guess. */
  token(): string;
}

/** Everything the runtime touches the world through. */
export interface RuntimePorts {
  readonly store: RunStore<RunEvent>;
  /** Default: this process has the store for itself. */
  readonly ownership?: Ownership;
  readonly logs: LogStore;
  /** A driver by name; undefined asks for the default one. Called once for each run. */
  readonly sandboxes: (name: string | undefined) => SandboxDriver;
  readonly artifacts: ArtifactStore;
  /** Default: nothing is kept between runs. */
  readonly caches?: CacheStore;
  readonly steps: StepRegistry;
  readonly clock: Clock;
  readonly identity: Identity;
  /** A masker that hides the given secret values. */
  readonly masker: (secrets: readonly string[]) => Masker;
  readonly limits?: RuntimeLimits;
  /** What lets containers out of their hardening. Default: nothing does. */
  readonly grants?: GrantPolicy;
  /** What steps may use outside of their run. Default: nothing. */
  readonly outside?: Partial<StepPorts>;
  /**
   * A data folder without a server: the user of its terminal counts as every approver of its runs. A runtime without
   * this goes on with no such run. Default false.
   */
  readonly local?: boolean;
}

export interface RuntimeLimits {
  /** Containers at once, over all runs. Default: max(8, 2 × cores). */
  readonly containers?: number;
  /** Steps without a container at once, over all runs. Default 256. */
  readonly others?: number;
}

/** Fills the workspace before the first step, and says what it was filled with (`commit`, `branch`, `dirty` …). */
export type PrepareSource = (workspace: Workspace, log: StepLog, signal: AbortSignal) => Promise<JsonObject>;

/** What a run needs from outside each time that it is driven; none of it is stored. */
export interface DriveOptions {
  /** Name → value. Every name in the plan's `secrets` must be there: `run.secret_missing`. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** What `env.NAME` may read besides the pipeline's own `env`. */
  readonly outerEnv?: Readonly<Record<string, string>>;
  readonly source?: PrepareSource;
  /** Name of the sandbox driver. */
  readonly sandbox?: string;
  /** The run's sandbox was opened ahead: it is closed with the run also when nothing of that needs it. Default false. */
  readonly sandboxIsOpen?: boolean;
  /** Whether the workspace of a failed run stays. Default false. */
  readonly keepWorkspace?: boolean;
  /** Told everything from the first event on; of a run that is resumed, from the first new one. */
  readonly listener?: RunListener;
}

export interface RunOptions extends DriveOptions {
  /** Default: a new one from `identity`. */
  readonly id?: string;
  readonly project: string;
  /** Who started the run: `local:ann`. */
  readonly actor: string;
  /** `{ type: 'manual' }`, and what the trigger knows. */
  readonly trigger: JsonObject;
  /** Kept with the run for whoever goes on with it in another process: how it was started. No secret. */
  readonly launch?: JsonObject;
  /** Only these steps; the rest is skipped by `selection`. Errors: `run.step_unknown`. */
  readonly only?: readonly string[];
  /** These steps and everything that follows them. Errors: `run.step_unknown`. */
  readonly from?: readonly string[];
}

export interface RerunOptions extends DriveOptions, Omit<RerunChoice, 'asksAgain'> {
  /** Who asks: `local:ann`. */
  readonly actor: string;
}

export interface SequencedEvent {
  readonly sequence: number;
  readonly event: RunEvent;
}

/** Why a run has not begun yet. */
export interface QueuedBehind {
  /** The group of the run, of which one goes on at a time. */
  readonly group: string;
  /** Id of the run that has the group now, or is the first to get it. */
  readonly run: string;
  /** Whether a living process drives that run. */
  readonly isDriven: boolean;
}

/** What a listener is told. What it throws is an uncaught exception of the process, not of the run. */
export interface RunListener {
  /** An event that is durable. The state is the one of now, which may be ahead of the event. */
  event?(event: SequencedEvent, state: RunState): void;
  /** An attempt, or the source, has begun its log: only now is there one to follow. Who says nothing has none. */
  log?(key: LogKey): void;
  /** The run waits for others of its concurrency group; told again when something has changed. */
  queued?(behind: QueuedBehind): void;
  /** A step's `progress`: live, never stored. */
  progress?(step: string, data: JsonObject): void;
  /**
   * Every step that is not final waits, and nothing of the run is at work in this process: `leave` may be called. Told
   * once, and again after the run has moved.
   */
  waits?(state: RunState): void;
  /** Trouble that holds the run itself up (its store, its sandbox); it goes on by itself when that is over. */
  trouble?(error: RecordedError): void;
}

/** A run that this process drives. */
export interface RunHandle {
  readonly id: string;
  /** The state as it is now; it changes as the run goes on. */
  readonly state: RunState;
  /** Calls the listener from now on; returns how to stop. Events before it are in the store. */
  subscribe(listener: RunListener): () => void;
  /**
   * Asks the run to end; the second request ends `always()` steps too. Resolves when the request is durable; a run
   * that has ended ignores it.
   */
  cancel(cause: CancelCause): Promise<void>;
  /** Casts a vote about a step that waits for an approval. Resolves when it is durable. Errors: `approval.*`. */
  vote(step: string, vote: Vote): Promise<void>;
  /** Continues a step that waits for something else than votes. Errors: `run.step_not_waiting`. */
  resume(step: string, resumption: StepResumption & { readonly kind: 'decision' | 'timer' | 'event' }): Promise<void>;
  /**
   * Stops driving a run that waits, and gives it free. No container, network or timer of it is left; its workspace stays,
   * and `resume` goes on with it. Resolves to false, and nothing has changed, when the run does not wait (any more).
   */
  leave(): Promise<boolean>;
  /**
   * Lets go of a run as it stands: what runs goes on by itself, and whoever resumes the run takes it up. Resolves when
   * others may. `done` rejects with `run.left`; a run that ends meanwhile just ends.
   */
  detach(): Promise<void>;
  /**
   * The final state, when nothing of the run is left to do, or the waiting one after `leave`. Rejects when the run can no
   * longer be driven from here: `run.not_owner`, `run.left`.
   */
  readonly done: Promise<RunState>;
}
