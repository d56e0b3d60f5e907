import type { CicdError, Clock, Sandbox, SandboxDriver } from '@cicd/plugin';
import type { PlanStep } from '../plan/plan.ts';
import { outlast } from './trouble.ts';

/** The sandbox of a run, opened when something first needs it. */
export interface RunSandbox {
  readonly driver: SandboxDriver;
  open(signal?: AbortSignal): Promise<Sandbox>;
  /** Removes what an earlier life left, so that the workspace is empty when it is opened next. */
  reset(signal?: AbortSignal): Promise<void>;
  /** Whether anything has needed it. */
  readonly isOpen: boolean;
  /** Makes ready what a step will need, ahead of its turn; once for each step. */
  prepare(step: PlanStep): void;
  /** What its workspace takes: see `Workspace.measure`. */
  measure(): Promise<number | undefined>;
  /** Errors: the engine's, when it stays in trouble for half a minute. */
  close(keepWorkspace: boolean): Promise<void>;
}

export interface RunSandboxOptions {
  readonly driver: SandboxDriver;
  readonly run: string;
  readonly clock: Clock;
  onTrouble(error: CicdError): void;
}

/** About half a minute: what is left then is removed by the sweep of a later start. */
const closeRounds = 5;

export function createRunSandbox({ driver, run, clock, onTrouble }: RunSandboxOptions): RunSandbox {
  const prepared = new WeakSet<PlanStep>();
  let opening: Promise<Sandbox> | undefined;

  const open = (signal?: AbortSignal) => {
    opening ??= driver.open(run, signal && { signal }).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  return {
    driver,
    open,
    async reset(signal) {
      await (await open(signal)).close();
      opening = undefined;
    },
    get isOpen() {
      return opening !== undefined;
    },
    prepare(step) {
      if (prepared.has(step)) return;
      prepared.add(step);
      for (const image of step.images) {
        open()
          .then((sandbox) => sandbox.prepare(image, { network: step.needs.length > 0 }))
          .catch(() => {
            // Told to the step that needs it, which opens it again.
          });
      }
    },
    measure: async () => (await opening)?.workspace.measure(),
    async close(keepWorkspace) {
      if (!opening) return;
      const sandbox = await opening;
      await outlast(() => sandbox.close({ keepWorkspace }), { clock, rounds: closeRounds, onTrouble });
    },
  };
}
