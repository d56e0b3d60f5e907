import type { ProcessConfig, ProcessKey } from '../../sandbox/process.ts';
import type { MemoryTree } from './memory-tree.ts';

/** What a scripted process sees and does. */
export interface FakeProgramContext {
  readonly run: string;
  readonly key: ProcessKey;
  readonly config: ProcessConfig;
  readonly command: readonly string[];
  /** Standard input, as text. */
  readonly input: string;
  /** The given variables, CICD_WORKSPACE and CICD_RUNTIME_DIR. */
  readonly env: Readonly<Record<string, string>>;
  /** Undefined when the process was created with the workspace `none`. */
  readonly workspace: MemoryTree | undefined;
  /** What it reads at `/inputs`. */
  readonly inputs: MemoryTree | undefined;
  stdout(content: string | Uint8Array): void;
  stderr(content: string | Uint8Array): void;
  /** The services beside it that run, by name. */
  readonly services: readonly string[];
  /** Ports that this container listens on: a service adds to it, and the check of a service sees the same. */
  readonly listens: Set<number>;
  /**
   * Aborted when the process is told to stop (SIGTERM). A program that does not end within the grace period is
   * killed: exit code 137, and what it does later is ignored.
   */
  readonly signal: AbortSignal;
}

export interface FakeExit {
  readonly exitCode: number;
  readonly outOfMemory?: boolean;
}

/**
 * Plays every process of a fake driver. Returns the exit code (nothing: 0). A throw ends the process with 1 and the
 * message on standard error; after a SIGTERM it ends with 143.
 */
export type FakeProgram = (context: FakeProgramContext) => Promise<number | FakeExit | void> | number | FakeExit | void;
