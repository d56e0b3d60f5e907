import {
  createMailbox,
  createMasker,
  createRuntime,
  type Mailbox,
  type RunEvent,
  type RunStore,
  type Runtime,
} from '@cicd/engine';
import { createMemoryOwners, createMemoryRunStore } from '@cicd/engine/testing';
import type { ArtifactStore } from '@cicd/plugin';
import {
  createFakeSandboxDriver,
  createManualClock,
  createMemoryArtifactStore,
  FakeEngine,
  type ManualClock,
} from '@cicd/plugin/testing';
import { watchPort } from '../failpoints/watch-port.ts';
import type { Provider } from '../failpoints/provider.ts';
import { attemptName, type Effect, type Observation } from '../history/observation.ts';
import { createLife, type Fault, type Life } from './life.ts';
import { createMachineLogs } from './memory-log-store.ts';
import { stepsFor, workProgram } from './steps.ts';

export const runId = 'run-1';
const instance = 'chaos';

/** A process of ours: what drives runs, and what sends messages to them. */
export interface WorldProcess {
  readonly life: Life;
  readonly runtime: Runtime;
  readonly mailbox: Mailbox;
}

/** A machine with a container engine, a disk and a provider; processes come and go on it. */
export interface World {
  readonly clock: ManualClock;
  /** The store as the disk has it: no process, no failpoint. */
  readonly store: RunStore<RunEvent>;
  /** Grows with whatever happens. */
  readonly activity: number;
  /** The containers that run or have run: `build#1`. */
  readonly started: ReadonlySet<string>;
  process(fault?: Fault): WorldProcess;
  /** Ends a process that is living still. */
  end(process: WorldProcess): void;
  /** Removes what belongs to no run that has not ended, as every start does. */
  sweep(): Promise<void>;
  observe(): Promise<Observation>;
}

/** `unflushed`: of a log that was being written when its process died, the share (0 to 1) that reached the disk. */
export function createWorld({ unflushed = 0 }: { readonly unflushed?: number } = {}): World {
  const clock = createManualClock();
  const engine = new FakeEngine();
  const logs = createMachineLogs();
  const disk = createMemoryRunStore<RunEvent>();
  const artifacts = createMemoryArtifactStore(clock);
  const owners = createMemoryOwners();
  const effects: Effect[] = [];
  const deployed = new Set<string>();
  let stored = 0;
  let activity = 0;
  let processes = 0;
  let tokens = 0;

  const started = new Set<string>();
  const note = (kind: Effect['kind'], name: string) => {
    activity += 1;
    effects.push({ kind, name, stored });
  };
  const store: RunStore<RunEvent> = {
    ...disk,
    async create(summary, plan, events, owner) {
      const claim = await disk.create(summary, plan, events, owner);
      stored = events.length;
      return claim;
    },
    async append(claim, after, events, summary) {
      return (stored = await disk.append(claim, after, events, summary));
    },
  };
  const driver = () =>
    createFakeSandboxDriver({
      instance,
      engine,
      clock,
      program: workProgram((name) => {
        note('started', name);
        started.add(name);
      }),
      before(operation, key) {
        activity += 1;
        if (operation === 'create' && key) note('created', attemptName(key.step, key.attempt));
        if (operation === 'remove' && key) note('removed', attemptName(key.step, key.attempt));
        if (operation === 'close') note('closed', '');
      },
    });
  const provider: Provider = {
    async deploy(key) {
      if (!deployed.has(key)) note('deployed', key);
      deployed.add(key);
    },
  };
  return {
    clock,
    store: disk,
    started,
    get activity() {
      return activity;
    },
    process(fault) {
      const name = `process-${++processes}`;
      const life = createLife(name, fault, () => {
        owners.kill(name);
        logs.crash(name, unflushed);
      });
      const pass: Life['pass'] = (failpoint) => {
        activity += 1;
        return life.pass(failpoint);
      };
      const ownership = watchPort('ownership', owners.process(name), pass);
      const watchedStore = watchPort('store', store, pass);
      const sandboxes = watchPort('driver', driver(), pass);
      const runtime = createRuntime({
        store: watchedStore,
        ownership,
        logs: watchPort('logs', logs.forProcess(name), pass),
        artifacts: watchPort('artifacts', artifacts, pass),
        sandboxes: () => sandboxes,
        steps: stepsFor(watchPort('provider', provider, pass)),
        clock: life.clock(clock),
        identity: { runId: () => runId, token: () => String(++tokens).padStart(32, '0') },
        masker: createMasker,
        limits: { containers: 3 },
      });
      return {
        life,
        runtime,
        mailbox: createMailbox({ store: watchedStore, ownership, clock: life.clock(clock) }),
      };
    },
    end({ life }) {
      owners.kill(life.name);
    },
    async sweep() {
      const unfinished = new Set((await disk.unfinished()).map(({ run }) => run.id));
      await driver().sweep(async (runs) => runs.filter((run) => !unfinished.has(run)));
    },
    async observe() {
      return {
        events: (await disk.read(runId)).map(({ event }) => event),
        effects,
        logs: logs.observe(),
        artifacts: await contentsOf(artifacts),
        left: [
          ...[...engine.runs(instance)].flatMap(([run, { processes: left, workspaces }]) => [
            ...[...left.keys()].map((name) => `container ${name}`),
            ...[...workspaces.keys()].map((name) => `workspace ${run}/${name}`),
          ]),
          ...(await disk.messages(runId)).map(({ id }) => `message ${id}`),
          ...((await disk.holder(runId)) ? ['claim'] : []),
        ],
      };
    },
  };
}

async function contentsOf(store: ArtifactStore): Promise<Observation['artifacts']> {
  const observed = [];
  for (const { key, producer } of await store.list(runId)) {
    const { stream } = await store.get(runId, key);
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    observed.push({
      key,
      producer: producer ? attemptName(producer.step, producer.attempt) : '',
      content: Buffer.concat(chunks).toString(),
    });
  }
  return observed;
}
