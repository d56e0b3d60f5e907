import {
  asksForNothing,
  EngineError,
  unsupported,
  type ExitStatus,
  type Privileges,
  type Process,
  type ProcessConfig,
  type ProcessKey,
  type StepSandbox,
  type Workspace,
} from '@cicd/plugin';
import type { FairPool } from './fair-pool.ts';
import type { RunSandbox } from './run-sandbox.ts';

/** What a stopped process gets between SIGTERM and SIGKILL, in milliseconds. */
export const stopGrace = 10_000;

/** The one process that an attempt may have. */
export interface AttemptProcess {
  readonly port: StepSandbox;
  /** How it ended, once somebody has waited for it. */
  readonly exit: ExitStatus | undefined;
  /** There is one to stop. */
  readonly isThere: boolean;
  /** What the sandbox has under this attempt's name. */
  look(): Promise<'absent' | 'created' | 'running' | 'exited'>;
  /** Takes up the process that `look` found: the port's `start` will return it. */
  adopt(): void;
  /** Asks it to end; safe to call without a process. */
  stop(): Promise<void>;
  /** Removes it, and gives its place back. */
  remove(): Promise<void>;
}

export interface AttemptProcessOptions {
  readonly key: ProcessKey;
  readonly run: string;
  readonly sandbox: RunSandbox;
  readonly containers: FairPool;
  /** The attempt already has a container's place. */
  readonly hasPlace: boolean;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Resolves to what the operator grants, when that is stored. Errors: `grant.*`. */
  authorize(asked: Privileges): Promise<Privileges>;
  workspace(): Workspace | undefined;
  /** Resolves when the process's id is stored: only then may it start. */
  onCreated(process: Process): Promise<void>;
  onProgress(message: string): void;
  /** Whether the process is somebody else’s by now: then it is not stopped, and not removed. */
  isAbandoned(): boolean;
}

export function createAttemptProcess(options: AttemptProcessOptions): AttemptProcess {
  const { key, run, sandbox, containers, signal } = options;
  let process: Process | undefined;
  let inputs: Workspace | undefined;
  let found: Process | undefined;
  let adopted = false;
  let exit: ExitStatus | undefined;
  let giveBack: (() => void) | undefined;

  const ours = async (act: () => Promise<void>): Promise<void> => {
    if (options.isAbandoned()) throw signal.reason;
    await act();
  };

  /** The process as the step sees it: the runtime starts it, and remembers how it ended. */
  const observed = (own: Process): Process => ({
    key: own.key,
    id: own.id,
    ...(own.imageDigest !== undefined && { imageDigest: own.imageDigest }),
    state: () => own.state(),
    start: () => own.start(),
    output: (range) => own.output(range),
    wait: async () => (exit = await own.wait()),
    serviceOutput: () => own.serviceOutput(),
    openTerminal: (config) => own.openTerminal(config),
    stop: (grace) => ours(() => own.stop(grace)),
    remove: () => ours(() => own.remove()),
  });

  const takePlace = () =>
    new Promise<void>((resolve, reject) => {
      const onAbort = () => reject(signal.reason as Error);
      signal.addEventListener('abort', onAbort, { once: true });
      containers.request(run, (free) => {
        signal.removeEventListener('abort', onAbort);
        if (signal.aborted) return free();
        giveBack = free;
        resolve();
      });
    });

  const start = async (config: Omit<ProcessConfig, 'key' | 'workspace' | 'env'>) => {
    if (process && adopted) return observed(process);
    signal.throwIfAborted();
    if (process) {
      throw new EngineError({
        code: 'sandbox.name_taken',
        message: `the step ${key.step} asked for a second process in one attempt`,
        hint: 'A step has one process for each attempt; run the further commands in it.',
      });
    }
    const { privileges: asked, ...hardened } = config;
    const privileges = asked && !asksForNothing(asked) ? await options.authorize(asked) : undefined;
    if (!options.hasPlace && !giveBack) await takePlace();
    const opened = await sandbox.open(signal);
    process = await opened.create(
      {
        ...hardened,
        ...(privileges && { privileges }),
        key,
        env: options.env,
        workspace: options.workspace() ?? 'none',
      },
      { signal, onProgress: options.onProgress },
    );
    await options.onCreated(process);
    signal.throwIfAborted();
    await process.start();
    // A cancel that came between found nothing to stop.
    if (signal.aborted) await process.stop(stopGrace);
    return observed(process);
  };

  /** Anew each time: what a former life put there may be half of it. One that is left goes with the run's sandbox. */
  const makeInputs = async (): Promise<Workspace> => {
    signal.throwIfAborted();
    if (!sandbox.driver.capabilities.isolation) throw unsupported(sandbox.driver.name, 'folders to read only');
    const opened = await sandbox.open(signal);
    inputs = await opened.copyWorkspace(`${key.step}-${key.attempt}.inputs`, { signal, from: 'nothing' });
    return inputs;
  };

  return {
    port: { capabilities: sandbox.driver.capabilities, start, inputs: makeInputs },
    get exit() {
      return exit;
    },
    get isThere() {
      return process !== undefined;
    },
    async look() {
      const opened = await sandbox.open();
      found = await opened.attach(key);
      return found ? found.state() : 'absent';
    },
    adopt() {
      process = found;
      adopted = true;
    },
    async stop() {
      await process?.stop(stopGrace);
    },
    async remove() {
      const own = process ?? found;
      const folder = inputs;
      inputs = undefined;
      process = undefined;
      found = undefined;
      adopted = false;
      exit = undefined;
      try {
        await own?.remove();
        if (folder) await (await sandbox.open()).dropWorkspace(folder);
      } finally {
        giveBack?.();
        giveBack = undefined;
      }
    },
  };
}
