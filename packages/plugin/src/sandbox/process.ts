import type { Privileges } from '../grants/privileges.ts';
import type { ServiceConfig, ServiceOutput } from './service.ts';
import type { Terminal, TerminalConfig } from './terminal.ts';
import type { Workspace } from './workspace.ts';

/** Names a process within its run: one per step and attempt. Container names and labels derive from it. */
export interface ProcessKey {
  /** The step's key: `build`, `test.0`. */
  readonly step: string;
  /** From 1. */
  readonly attempt: number;
}

/**
 * How a container is hardened. `build`: no new privileges, default seccomp, only the capabilities that package
 * managers and database images need, writable root. `strict`: no capability, read-only root, non-root, no network.
 */
export type SandboxProfile = 'build' | 'strict';

/** What a program finds around it though it reads no input. None of it becomes part of the container's configuration. */
export interface ProcessLaunch {
  readonly env: Readonly<Record<string, string>>;
  /** Contents by name, in memory only; the variable of the same name holds the path. */
  readonly secretFiles: Readonly<Record<string, string>>;
  /** Where it begins: any folder of the image, in the place of `ProcessConfig.workDir`. */
  readonly workDir: string;
}

export interface ProcessConfig {
  readonly key: ProcessKey;
  /** Image reference; drivers without images ignore it. */
  readonly image: string;
  /** Default `missing`. */
  readonly pull?: 'missing' | 'always' | 'never';
  /** The program and its arguments; never a shell line. Replaces the image's entry point. */
  readonly command: readonly [string, ...string[]];
  /**
   * Written whole to standard input right after the start, then closed. The only way for a secret into a process:
   * it never becomes part of the container's configuration.
   */
  readonly input?: Uint8Array;
  /**
   * In the place of `input`: hands variables and files over in the same way to a program of any image, also of one that
   * has no shell. Only where the driver claims `images`.
   */
  readonly launch?: ProcessLaunch;
  /** Not secret: it shows in the container's configuration. The driver adds CICD_WORKSPACE and CICD_RUNTIME_DIR. */
  readonly env?: Readonly<Record<string, string>>;
  /** Absolute, `/workspace` based. Default `/workspace`. Created when missing. */
  readonly workDir?: string;
  /** The run's workspace, a copy of it, or none. */
  readonly workspace: Workspace | 'none';
  /** `read`: the process cannot change the workspace. Default `write`. Wants `isolation`. */
  readonly workspaceAccess?: 'write' | 'read';
  /** A further folder, such as the sandbox's `copyWorkspace` makes, that the process reads at `/inputs`. Wants `isolation`. */
  readonly inputs?: Workspace;
  /** Default `build`. */
  readonly profile?: SandboxProfile;
  /** Bytes; absent = the driver's default. */
  readonly memoryLimit?: number;
  /** CPUs, fractions allowed. */
  readonly cpuLimit?: number;
  /** Default 4096. */
  readonly pidsLimit?: number;
  /** Default `default`: outbound network. Whether other containers can be reached is the driver's setting. */
  readonly networkMode?: 'default' | 'none';
  /** `uid`, `uid:gid` or a name of the image. Default: the image's user. */
  readonly user?: string;
  /**
   * Containers on a network of their own with this process. `start` starts them first and waits until each is ready;
   * they are removed with the process. Without a network (`networkMode: none`) they reach nothing else either.
   */
  readonly services?: readonly ServiceConfig[];
  /**
   * What lets it out of its hardening. A step asks for it; the runtime has the operator judge that, and gives a driver
   * only what is granted, with the paths of the host resolved. Not with `strict`.
   */
  readonly privileges?: Privileges;
}

export interface OutputChunk {
  readonly stream: 'stdout' | 'stderr';
  readonly data: Uint8Array;
}

export interface ExitStatus {
  readonly exitCode: number;
  /** The process was killed by its memory limit. */
  readonly outOfMemory: boolean;
  /**
   * The engine was stopped or died while the process ran, and the process with it: its exit code says nothing about
   * its work, so whether that was done cannot be known.
   */
  readonly endedWithEngine?: true;
  /** ISO 8601. */
  readonly startedAt?: string;
  readonly finishedAt?: string;
}

/**
 * One process (container). Created, then started; never removed by itself: exit status and output stay readable
 * until `remove`.
 */
export interface Process {
  readonly key: ProcessKey;
  /** The engine's own id: what `step.created` records. */
  readonly id: string;
  /** The digest or id of the image that runs, where there is one. */
  readonly imageDigest?: string;
  state(): Promise<'created' | 'running' | 'exited'>;
  /**
   * Starts it and delivers `input`. A second start is an error. With services: `sandbox.service_failed` for one that
   * ended before all were ready, `sandbox.service_not_ready` for one that was not ready in time.
   */
  start(): Promise<void>;
  /**
   * Everything written so far and from then on, ending with the process. Chunks keep their order within a stream;
   * the streams are apart where the driver claims `separateStreams`, and then in no strict order to each other. Every
   * reading gives the same order. Pulled: a slow reader slows nothing but itself.
   * May be read again: `fromByte` skips bytes of both streams together.
   */
  output(options?: { readonly fromByte?: number }): AsyncIterable<OutputChunk>;
  /**
   * Resolves when it has ended; again and again with the same answer. When one of its services ends first, the process
   * is stopped, and this rejects with `sandbox.service_failed`.
   */
  wait(): Promise<ExitStatus>;
  /** The end of what each of its services has written, by name. */
  serviceOutput(): Promise<readonly ServiceOutput[]>;
  /**
   * Runs a further command beside the running process, on a terminal: same files, network, user and limits.
   * Errors: `sandbox.unsupported` where the driver does not claim `terminals`.
   */
  openTerminal(config: TerminalConfig): Promise<Terminal>;
  /**
   * SIGTERM to the whole process group, so that a shell's child hears it too; SIGKILL after `grace` milliseconds.
   * Resolves when nothing of it runs. Idempotent.
   */
  stop(grace: number): Promise<void>;
  /** Ends it when it runs, and removes all that belongs to it but the workspace. Idempotent. */
  remove(): Promise<void>;
}
