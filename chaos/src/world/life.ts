import { EngineError, type Clock } from '@cicd/plugin';
import type { Failpoint, Pass } from '../failpoints/failpoint.ts';

/** What befalls a process at its `at`-th failpoint, from 0. */
export interface Fault {
  readonly at: number;
  /**
   * `kill`: nothing answers it any more. `freeze`: it is taken for dead, and goes on when somebody wakes it. `trouble`:
   * the engine or the disk fails once, before the effect or after it, when only the answer is lost.
   */
  readonly kind: 'kill' | 'freeze' | 'trouble';
}

/** One life of a process of ours, from its start to its end or its death. */
export interface Life {
  readonly name: string;
  readonly pass: Pass;
  /** The failpoints that it has passed, in order. */
  readonly trace: readonly Failpoint[];
  /** `living`, or what its fault has made of it. */
  readonly state: 'living' | 'dead' | 'frozen' | 'woken';
  /** What it is held at. */
  readonly heldAt: Failpoint | undefined;
  wake(): void;
  /** Time, as far as a dead process has it. */
  clock(world: Clock): Clock;
}

const trouble = (failpoint: Failpoint) =>
  new EngineError({ code: 'sandbox.engine_failed', message: `no answer at ${failpoint}`, retryable: true });

const never = new Promise<never>(() => {});

/** A life that meets its fault, if any. `onFault` is called at that moment. */
export function createLife(name: string, fault: Fault | undefined, onFault: () => void): Life {
  const trace: Failpoint[] = [];
  const woken = Promise.withResolvers<void>();
  let state: Life['state'] = 'living';
  let heldAt: Failpoint | undefined;

  const hold = (): Promise<void> | undefined => {
    if (state === 'dead') return never;
    return state === 'frozen' ? woken.promise : undefined;
  };
  return {
    name,
    trace,
    get state() {
      return state;
    },
    get heldAt() {
      return heldAt;
    },
    pass(failpoint) {
      if (state === 'living' && fault && trace.length === fault.at && !heldAt) {
        heldAt = failpoint;
        if (fault.kind === 'trouble') {
          trace.push(failpoint);
          return Promise.reject(trouble(failpoint));
        }
        state = fault.kind === 'kill' ? 'dead' : 'frozen';
        onFault();
      }
      const held = hold();
      if (!held) trace.push(failpoint);
      return held?.then(() => void trace.push(failpoint));
    },
    wake() {
      if (state === 'frozen') state = 'woken';
      woken.resolve();
    },
    clock: (world) => ({
      now: () => world.now(),
      async waitUntil(until, signal) {
        await world.waitUntil(until, signal);
        await hold();
      },
    }),
  };
}
