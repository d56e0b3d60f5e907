import type { Images } from '../images/images.ts';
import type { Process, ProcessConfig, ProcessKey } from './process.ts';
import type { Workspace } from './workspace.ts';

/** The sandbox of one run: its workspace, its networks, its processes. */
export interface Sandbox {
  readonly run: string;
  readonly workspace: Workspace;
  /**
   * A copy of a workspace as it stands, for one matrix member, one turn of a loop, or `workspace: copy`. Dropped with
   * `dropWorkspace` or `close`.
   */
  copyWorkspace(name: string, options?: CopyOptions): Promise<Workspace>;
  dropWorkspace(workspace: Workspace): Promise<void>;
  /**
   * Gets an image ahead of time; with `network` also what else makes the start of a process short, which pays for one
   * that comes after others. Errors are kept for `create` to report: the promise never rejects.
   */
  prepare(image: string, options?: { readonly network?: boolean }): Promise<void>;
  /**
   * Creates, but does not start. The name derives from instance, run and key, so a second creation of the same key
   * fails with `sandbox.name_taken`. An image that cannot be had: `sandbox.image_missing` with the registry's answer.
   */
  create(
    config: ProcessConfig,
    options?: { readonly signal?: AbortSignal; readonly onProgress?: (message: string) => void },
  ): Promise<Process>;
  /** Finds the process of an earlier life of this run, in whatever state it is. */
  attach(key: ProcessKey): Promise<Process | undefined>;
  /** Ends and removes everything of this run, but for what is to be kept. Idempotent. */
  close(options?: CloseOptions): Promise<void>;
}

export interface CloseOptions {
  /** Default false. */
  readonly keepWorkspace?: boolean;
  /** Names of copies that stay beside a workspace that is kept. Default: none. */
  readonly keepCopies?: readonly string[];
}

export interface CopyOptions {
  readonly signal?: AbortSignal;
  /** What is copied; `nothing` makes an empty one. Default: the run's workspace. */
  readonly from?: Workspace | 'nothing';
  /** A copy of this name that is there is complete, and stays as it is; without one it is made. Default false. */
  readonly keep?: boolean;
}

export interface SandboxCapabilities {
  /** Whether processes are isolated from the host. False only for plain processes. */
  readonly isolation: boolean;
  /** Whether `image` means anything. */
  readonly images: boolean;
  /** Whether memory, CPU and pids limits hold. */
  readonly limits: boolean;
  /** Whether `networkMode: none` holds. */
  readonly networkModes: boolean;
  /** Whether standard output and standard error can be told apart. */
  readonly separateStreams: boolean;
  /** Whether `user` and the `strict` profile hold. */
  readonly users: boolean;
  /** Whether a running process can be given a terminal. */
  readonly terminals: boolean;
  /** Whether a process can have services beside it. */
  readonly services: boolean;
}

/** What answered `check`. */
export interface SandboxEngine {
  readonly name: string;
  readonly version: string;
  /** Where it was found: a socket path, a URL. */
  readonly address: string;
}

/** A driver serves one instance (a data folder) and never touches what belongs to another. */
export interface SandboxDriver {
  readonly specVersion: 'v1';
  readonly name: string;
  readonly capabilities: SandboxCapabilities;
  /** Where processes are made of images: all that there are. Shared with whoever else uses the engine. */
  readonly images?: Images;
  /** Resolves when processes can be run; otherwise `sandbox.unavailable`, whose hint says how to get an engine. */
  check(): Promise<SandboxEngine>;
  /** The sandbox of a run; the same again for a run that has one (idempotent). */
  open(run: string, options?: { readonly signal?: AbortSignal }): Promise<Sandbox>;
  /** The runs of this instance that have left anything behind. */
  runs(): Promise<readonly string[]>;
  /**
   * Lists the runs of this instance that have left anything behind, asks which of them are to be removed, and removes
   * all that belongs to those; returns what was removed, by name. A run that begins meanwhile is not touched.
   */
  sweep(choose: (runs: readonly string[]) => Promise<readonly string[]>): Promise<readonly string[]>;
  close(): Promise<void>;
}
