import type { CicdError, Clock, CloseOptions, Sandbox, SandboxDriver } from '@cicd/plugin';
import type { PlanStep } from '../plan/plan.ts';
import { outlast } from './trouble.ts';
import { unlessAborted } from './unless-aborted.ts';

/** The sandbox of a run, opened when something first needs it. */
export interface RunSandbox {
  readonly driver: SandboxDriver;
  open(signal?: AbortSignal): Promise<Sandbox>;
  /** Removes what an earlier life left, so that the workspace is empty when it is opened next. */
  reset(signal?: AbortSignal): Promise<void>;
  /** What there is of the run, whoever made it; undefined when nothing has needed a sandbox yet. */
  present(): Promise<Sandbox | undefined>;
  /** Makes ready what a step will need, ahead of its turn; once for each step. */
  prepare(step: PlanStep): void;
  /** Errors: the engine's, when it stays in trouble for half a minute. */
  close(kept: CloseOptions): Promise<void>;
}

export interface RunSandboxOptions {
  readonly driver: SandboxDriver;
  readonly run: string;
  readonly clock: Clock;
  /** An earlier life of the run may have left something that nothing of this one asks for. */
  readonly mayHaveRemains: boolean;
  onTrouble(error: CicdError): void;
}

/** About half a minute: what is left then is removed by the sweep of a later start. */
const closeRounds = 5;

export function createRunSandbox({ driver, run, clock, mayHaveRemains, onTrouble }: RunSandboxOptions): RunSandbox {
  const prepared = new WeakSet<PlanStep>();
  let opening: Promise<Sandbox> | undefined;

  const open = (signal?: AbortSignal) => {
    opening ??= driver.open(run).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return unlessAborted(opening, signal);
  };
  const present = async () => opening ?? (mayHaveRemains && (await driver.runs()).includes(run) ? open() : undefined);
  return {
    driver,
    open,
    async reset(signal) {
      await (await open(signal)).close();
      opening = undefined;
    },
    present,
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
    async close(kept) {
      await outlast(async () => (await present())?.close(kept), { clock, rounds: closeRounds, onTrouble });
    },
  };
}
