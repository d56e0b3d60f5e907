import type { ArtifactStore } from '../../artifact/artifact-store.ts';
import { noCaches, type StepCaches } from '../../cache/step-caches.ts';
import type { Clock } from '../../clock.ts';
import { stepPorts, type StepPorts } from '../../outside/step-ports.ts';
import { EngineError } from '../../errors/engine-error.ts';
import { StepFailure } from '../../errors/step-failure.ts';
import type { Images } from '../../images/images.ts';
import { noImages } from '../../images/no-images.ts';
import type { Process } from '../../sandbox/process.ts';
import type { Sandbox, SandboxCapabilities } from '../../sandbox/sandbox.ts';
import type { Workspace } from '../../sandbox/workspace.ts';
import type { Json, JsonObject } from '../../schema/json.ts';
import type { Judgement } from '../../step/judgement.ts';
import type { StepContext, StepIdentity, StepRun } from '../../step/step-context.ts';
import { createMemoryArtifactStore } from '../artifact/memory-artifact-store.ts';
import { createManualClock } from '../manual-clock.ts';
import { createRecordedLog, type RecordedLog } from './recorded-log.ts';

export interface StepContextOptions<Config> {
  /** With its defaults filled in. */
  readonly config: Config;
  readonly run?: Partial<StepRun>;
  readonly step?: Partial<StepIdentity>;
  readonly env?: Readonly<Record<string, string>>;
  /** Where processes run, and whose workspace the step gets. Default: none, and starting a process is an error. */
  readonly sandbox?: Sandbox;
  /** Default: every capability. */
  readonly capabilities?: Partial<SandboxCapabilities>;
  /** Default: the sandbox's. `none` for a step that runs without one. */
  readonly workspace?: Workspace | 'none';
  /** Default: none, and every use is an error. */
  readonly images?: Images;
  /** Default: none, and nothing is kept. */
  readonly caches?: StepCaches;
  /** Default: a new one in memory. */
  readonly artifacts?: ArtifactStore;
  /** The last successful run of each other pipeline. Default: none. */
  readonly lastRuns?: Readonly<Record<string, string>>;
  /** What a former life of the attempt wrote down. */
  readonly checkpoint?: Json;
  /** What `judge` says of each condition. Default: an error. */
  readonly judge?: (condition: string) => Judgement;
  /** Brokers, services, databases, and what the network allows. Default: none. */
  readonly ports?: Partial<StepPorts>;
  readonly signal?: AbortSignal;
  /** Default: a manual clock. */
  readonly clock?: Clock;
}

/** A context that keeps what the step did. */
export interface RecordedStepContext<Config> extends StepContext<Config> {
  readonly log: RecordedLog;
  readonly recorded: {
    /** What was reported with `progress`, in order. */
    readonly progress: readonly JsonObject[];
    /** The processes that were started or found again. */
    readonly processes: readonly Process[];
    /** The last checkpoint. */
    readonly checkpoint: Json | undefined;
    readonly artifacts: ArtifactStore;
  };
}

const everyCapability: SandboxCapabilities = {
  isolation: true,
  images: true,
  limits: true,
  networkModes: true,
  separateStreams: true,
  users: true,
  terminals: true,
  services: true,
};

/** What a step needs to run in a test, without an engine: the runtime's rules for keys, artifacts and processes hold. */
export function createStepContext<Config>(options: StepContextOptions<Config>): RecordedStepContext<Config> {
  const { sandbox, config, env = {} } = options;
  const run: StepRun = {
    id: 'run-1',
    pipeline: 'test',
    attempt: 1,
    inputs: {},
    trigger: { type: 'manual' },
    ...options.run,
  };
  const step: StepIdentity = {
    name: 'step',
    key: options.step?.name ?? 'step',
    attempt: 1,
    token: '0'.repeat(32),
    declaredOutputs: {},
    ...options.step,
  };
  const artifacts = options.artifacts ?? createMemoryArtifactStore();
  const workspace = options.workspace === 'none' ? undefined : (options.workspace ?? sandbox?.workspace);
  const progress: JsonObject[] = [];
  const processes: Process[] = [];
  let checkpoint = options.checkpoint;

  return {
    ...stepPorts(options.ports),
    config,
    run,
    step,
    env,
    workspace,
    sandbox: {
      capabilities: { ...everyCapability, ...options.capabilities },
      async start(processConfig) {
        if (!sandbox)
          throw new EngineError({ code: 'sandbox.unavailable', message: 'the test gave the step no sandbox' });
        const key = { step: step.key, attempt: step.attempt };
        const found = await sandbox.attach(key);
        const process = found ?? (await sandbox.create({ ...processConfig, key, workspace: workspace ?? 'none' }));
        processes.push(process);
        if ((await process.state()) === 'created') await process.start();
        return process;
      },
      async inputs() {
        if (!sandbox)
          throw new EngineError({ code: 'sandbox.unavailable', message: 'the test gave the step no sandbox' });
        return sandbox.copyWorkspace(`${step.key}-${step.attempt}.inputs`, { from: 'nothing' });
      },
    },
    images: options.images ?? noImages('test'),
    artifacts: {
      async put(key, content, metadata) {
        const holder = (await artifacts.list(run.id)).find((artifact) => artifact.key === key)?.producer;
        if (holder && holder.step !== step.key) {
          content.destroy();
          throw new StepFailure({
            code: 'artifact.exists',
            message: `the step ${holder.step} already stored the artifact "${key}"`,
          });
        }
        const producer = { step: step.key, attempt: step.attempt };
        const said = () => ({ ...(typeof metadata === 'function' ? metadata() : metadata), producer });
        return artifacts.put(run.id, key, content, said);
      },
      get: (key, from) => artifacts.get(from?.run ?? run.id, key),
      list: (from) => artifacts.list(from?.run ?? run.id),
      lastRunOf: (pipeline) => Promise.resolve(options.lastRuns?.[pipeline]),
    },
    caches: options.caches ?? noCaches,
    log: createRecordedLog(),
    checkpoint: {
      get: () => Promise.resolve(checkpoint),
      set(data) {
        checkpoint = data;
        return Promise.resolve();
      },
    },
    judge(condition) {
      if (options.judge) return options.judge(condition);
      throw new EngineError({ code: 'step.unexpected', message: 'the test gave the step nothing to judge with' });
    },
    signal: options.signal ?? new AbortController().signal,
    clock: options.clock ?? createManualClock(),
    progress: (data) => void progress.push(data),
    recorded: {
      progress,
      processes,
      artifacts,
      get checkpoint() {
        return checkpoint;
      },
    },
  };
}
