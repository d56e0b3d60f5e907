import {
  createStepRegistry,
  defineStep,
  type AnyStepDefinition,
  type SandboxCapabilities,
  type SandboxDriver,
  type StepContext,
  type StepResult,
} from '@cicd/plugin';
import {
  createFakeSandboxDriver,
  createManualClock,
  createMemoryArtifactStore,
  FakeEngine,
  type FakeOperation,
  type FakeProgram,
  type FakeTerminalProgram,
  type ManualClock,
  type MemoryArtifactStore,
} from '@cicd/plugin/testing';
import { Type, type TSchema } from 'typebox';
import { createMasker } from '../../src/masking/create-masker.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { RunEvent } from '../../src/run/events.ts';
import type { RunState } from '../../src/run/state.ts';
import type { LogStore } from '../../src/log/log-store.ts';
import {
  createRuntime,
  createSoleOwnership,
  type RunHandle,
  type RunOptions,
  type Runtime,
  type RuntimeLimits,
  type RuntimePorts,
} from '../../src/runtime/index.ts';
import type { RunStore } from '../../src/store/run-store.ts';
import { createMemoryRunStore } from '../../src/testing/memory-run-store.ts';
import { createMemoryLogs, type MemoryLogs } from './memory-logs.ts';

export interface HarnessOptions {
  readonly steps?: readonly AnyStepDefinition[];
  readonly program?: FakeProgram;
  readonly terminal?: FakeTerminalProgram;
  readonly capabilities?: Partial<SandboxCapabilities>;
  readonly limits?: RuntimeLimits;
  readonly store?: RunStore<RunEvent>;
  /** Called before every operation of the sandbox. */
  readonly before?: (operation: FakeOperation, step?: string) => void | Promise<void>;
  readonly ports?: Partial<RuntimePorts>;
  /** The world of an earlier harness: what a restart finds. */
  readonly world?: Pick<Harness, 'clock' | 'engine' | 'logs'>;
}

export interface Harness {
  readonly clock: ManualClock;
  readonly engine: FakeEngine;
  readonly logs: MemoryLogs;
  readonly store: RunStore<RunEvent>;
  readonly artifacts: MemoryArtifactStore;
  readonly driver: SandboxDriver;
  readonly runtime: Runtime;
  start(plan: Plan, run?: Partial<RunOptions>): Promise<RunHandle>;
  /** Starts the plan and waits for its end. */
  run(plan: Plan, run?: Partial<RunOptions>): Promise<RunState>;
  events(run: { readonly id: string }): Promise<readonly RunEvent[]>;
}

let processes = 0;

/** A runtime over fakes and a clock that stands still. */
export function harness(options: HarnessOptions = {}): Harness {
  const { clock, engine, logs } = options.world ?? {
    clock: createManualClock(),
    engine: new FakeEngine(),
    logs: createMemoryLogs(),
  };
  const store = options.store ?? createMemoryRunStore<RunEvent>();
  const artifacts = createMemoryArtifactStore(clock);
  const driver: SandboxDriver = createFakeSandboxDriver({
    engine,
    clock,
    program: options.program ?? (() => 0),
    ...(options.terminal && { terminal: options.terminal }),
    ...(options.capabilities && { capabilities: options.capabilities }),
    before: (operation, key) => options.before?.(operation, key?.step),
  });
  let ids = 0;
  const ports: RuntimePorts = {
    store,
    logs: logs as unknown as LogStore,
    sandboxes: () => driver,
    artifacts,
    steps: createStepRegistry(options.steps ?? []),
    clock,
    ownership: createSoleOwnership(`process-${++processes}`),
    identity: { runId: () => `run-${++ids}`, token: () => String(++ids).padStart(32, '0') },
    masker: createMasker,
    ...(options.limits && { limits: options.limits }),
    ...options.ports,
  };
  const runtime = createRuntime(ports);
  const start: Harness['start'] = (plan, run = {}) =>
    runtime.start(plan, { project: '/demo', actor: 'local:test', trigger: { type: 'manual' }, ...run });
  return {
    clock,
    engine,
    logs,
    store,
    artifacts,
    driver,
    runtime,
    start,
    run: async (plan, run) => (await start(plan, run)).done,
    events: async ({ id }) => (await store.read(id)).map(({ event }) => event),
  };
}

/** A step type for one test: what it does is given, its configuration is open. */
export function step(
  type: string,
  run: (ctx: StepContext) => StepResult | void | Promise<StepResult | void>,
  rest: Partial<Omit<AnyStepDefinition, 'type' | 'run'>> & { readonly config?: TSchema } = {},
): AnyStepDefinition {
  const definition: AnyStepDefinition = {
    ...defineStep({
      type: `step.${type}`,
      title: type,
      description: type,
      category: 'general',
      config: Type.Object({}, { additionalProperties: true }),
      outputs: Type.Object({}),
      recovery: 'repeat',
      examples: [],
      run: async (ctx) => (await run(ctx)) ?? { outputs: {} },
    }),
    ...rest,
  };
  return definition;
}

/** A step that runs its container to the end and puts its output into the log; `resume` takes up what is there. */
export function containerStep(type = 'container'): AnyStepDefinition {
  const follow = async (ctx: StepContext): Promise<StepResult> => {
    const process = await ctx.sandbox.start({ image: 'busybox', command: ['sh'] });
    for await (const chunk of process.output()) await ctx.log.write(chunk.stream, chunk.data);
    const { exitCode } = await process.wait();
    ctx.signal.throwIfAborted();
    if (exitCode !== 0) throw new Error(`exit ${exitCode}`);
    return { outputs: { exit_code: exitCode } };
  };
  return step(type, follow, { recovery: 'adopt', resume: follow });
}

/** Lets everything run that can run without the clock. */
export async function quiet(turns = 20): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Waits until the condition holds; the clock stands still meanwhile. */
export async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2_000; turn++) {
    if (condition()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`did not come true: ${condition.toString()}`);
}
