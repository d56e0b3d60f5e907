import type { Readable } from 'node:stream';
import type { Artifact, ArtifactMetadata } from '../artifact/artifact-store.ts';
import type { StepCaches } from '../cache/step-caches.ts';
import type { Clock } from '../clock.ts';
import type { Images } from '../images/images.ts';
import type { StepPorts } from '../outside/step-ports.ts';
import type { Process, ProcessConfig } from '../sandbox/process.ts';
import type { SandboxCapabilities } from '../sandbox/sandbox.ts';
import type { Workspace } from '../sandbox/workspace.ts';
import type { Json, JsonObject } from '../schema/json.ts';
import type { Judgement } from './judgement.ts';

/** The run a step belongs to. */
export interface StepRun {
  readonly id: string;
  readonly pipeline: string;
  readonly attempt: number;
  readonly inputs: JsonObject;
  /** What started it: `{ type: 'manual' }`, or `{ type: 'http', method, path, query, headers, body }`. */
  readonly trigger: JsonObject;
  /** The last successful run of this pipeline, where there is one. */
  readonly previousRunId?: string;
  readonly source?: { readonly commit?: string; readonly branch?: string };
}

export interface StepIdentity {
  readonly name: string;
  /** `name`, or `name.0` for a matrix member. Stable across attempts and restarts. */
  readonly key: string;
  /** From 1. */
  readonly attempt: number;
  /** Random, 32 hexadecimal digits, kept with the attempt: for marks in an output that nobody can guess. */
  readonly token: string;
  /** The outputs that the pipeline declares for this step, by name, as JSON Schemas; {} when none. */
  readonly declaredOutputs: Readonly<Record<string, JsonObject>>;
}

/** Where a step writes its log. Every write waits while the log is behind: a step never outruns its log. */
export interface StepLog {
  write(stream: 'stdout' | 'stderr', data: Uint8Array): Promise<void>;
  /** Begins a foldable section (one per command); what follows belongs to it. */
  section(title: string): Promise<void>;
  /** A line of the platform, not of the step's command. */
  info(message: string): Promise<void>;
  warn(message: string): Promise<void>;
}

/** The sandbox as a step sees it: names, labels, the workspace and the records around each process are the runtime's. */
export interface StepSandbox {
  readonly capabilities: SandboxCapabilities;
  /**
   * Creates the one process of this attempt, records it, starts it. After a crash (`resume` with `adopted`) it
   * returns the process that is already there.
   */
  start(config: Omit<ProcessConfig, 'key' | 'workspace' | 'env'>): Promise<Process>;
  /**
   * The attempt's own empty folder for `inputs` of its process. Filled like a workspace, below `/workspace`; the process
   * reads it at `/inputs`. Goes with the process. Errors: `sandbox.unsupported` where processes are not isolated.
   */
  inputs(): Promise<Workspace>;
}

/** Artifacts of this run, and of other runs the run's actor may read. */
export interface StepArtifacts {
  /** `artifact.exists` when another step of this run holds the key. */
  put(key: string, content: Readable, metadata?: ArtifactMetadata | (() => ArtifactMetadata)): Promise<Artifact>;
  get(
    key: string,
    from?: { readonly run: string },
  ): Promise<{ readonly artifact: Artifact; readonly stream: Readable }>;
  list(from?: { readonly run: string }): Promise<readonly Artifact[]>;
  /** The last successful run of a pipeline of the same project, other than this run. */
  lastRunOf(pipeline: string): Promise<string | undefined>;
}

/** Durable notes of one attempt, written before an effect, read back after a crash. */
export interface StepCheckpoint {
  get(): Promise<Json | undefined>;
  set(data: Json): Promise<void>;
}

/** Everything a step may use. Nothing else is reachable: no driver, no store, no clock of its own. */
export interface StepContext<Config = unknown> extends StepPorts {
  /** Templates resolved, then validated, defaults filled in. */
  readonly config: Config;
  readonly run: StepRun;
  readonly step: StepIdentity;
  /**
   * Variables for the step's container: the pipeline's `env`, CICD_* and CI, and the values that templates in
   * commands refer to. May hold secrets: hand them over by standard input only.
   */
  readonly env: Readonly<Record<string, string>>;
  /** The run's workspace, the step's copy of it, or undefined with `workspace: none`. */
  readonly workspace: Workspace | undefined;
  readonly sandbox: StepSandbox;
  /** `sandbox.unsupported` where the sandbox has none. */
  readonly images: Images;
  readonly artifacts: StepArtifacts;
  readonly caches: StepCaches;
  readonly log: StepLog;
  readonly checkpoint: StepCheckpoint;
  /** Judges a condition of the configuration (`x-cicd: condition`) by what the run has recorded. */
  judge(condition: string): Judgement;
  /** Aborted at cancel and at the deadline, with a StepFailure (`step.cancelled`, `step.timeout`) as reason. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Shown live beside the step; not durable. */
  progress(data: JsonObject): void;
}
