import { isSettled } from '../run/decide.ts';
import type { RunState } from '../run/state.ts';
import { runLeft } from '../store/run-errors.ts';
import type { Journal } from './journal.ts';

/** This process's hold on a run: from its claim until the run has ended, is left, or belongs to another process. */
export interface RunHold {
  /** Nothing more is decided here. */
  readonly isLost: boolean;
  /** Lost on purpose: it waits, and whoever resumes it goes on. */
  readonly isLeft: boolean;
  readonly done: Promise<RunState>;
  /** Work that the run's end waits for. One that rejects loses the run. */
  keep(work: Promise<void>): void;
  /** The run cannot be driven from here any more; what it left is for its next owner. */
  give(error: unknown): void;
  /** The state has changed. */
  turned(): void;
  /** Ends a run of which nothing is left to do; tells of one that only waits. */
  look(): void;
  leave(): Promise<boolean>;
  detach(): Promise<void>;
}

export interface RunHoldOptions {
  readonly state: RunState;
  readonly journal: Journal;
  /** Whether decisions are being drawn at this moment. */
  isDeciding(): boolean;
  /** Nothing comes to the run any more: no mail, no timer. */
  deafen(): void;
  /** Lets go of everything that is under way here. */
  abandon(error: unknown): void;
  /** Performs the end of a run that is settled. */
  close(): Promise<void>;
  /** What a run that waits does not need. */
  rest(): Promise<void>;
  /** Others may have the run. */
  giveFree(): Promise<void>;
  onWaiting(): void;
}

export function createRunHold(options: RunHoldOptions): RunHold {
  const { state, journal } = options;
  const tasks = new Set<Promise<void>>();
  const result = Promise.withResolvers<RunState>();
  // Who does not ask how the run ended shall not be told by a crash.
  result.promise.catch(() => {});
  let closing = false;
  let lost = false;
  let left = false;
  /** Grows with every turn that changes the state. */
  let turn = 0;
  let turnTold = -1;

  const rests = () => !closing && !lost && !options.isDeciding() && tasks.size === 0;

  const give = (error: unknown) => {
    if (lost) return;
    lost = true;
    options.deafen();
    options.abandon(error);
    result.reject(error);
  };

  const tellWhenWaiting = () => {
    if (state.status !== 'waiting' || turnTold === turn) return;
    turnTold = turn;
    // Who is told may look into the store.
    journal.flushed().then(
      () => {
        if (turnTold === turn && rests()) options.onWaiting();
      },
      () => {
        // The run has been given up.
      },
    );
  };

  const end = async () => {
    await options.close();
    options.deafen();
    result.resolve(state);
  };

  const look = () => {
    if (!rests()) return;
    if (!isSettled(state)) return tellWhenWaiting();
    closing = true;
    end().catch(give);
  };

  return {
    get isLost() {
      return lost;
    },
    get isLeft() {
      return left;
    },
    done: result.promise,
    keep(work) {
      const kept: Promise<void> = work.catch(give).finally(() => {
        tasks.delete(kept);
        look();
      });
      tasks.add(kept);
    },
    give,
    turned() {
      turn += 1;
    },
    look,
    async leave() {
      await journal.flushed();
      if (!rests() || state.status !== 'waiting') return false;
      lost = left = true;
      options.deafen();
      await options.rest();
      await options.giveFree();
      result.resolve(state);
      return true;
    },
    async detach() {
      if (closing || lost) return void (await Promise.allSettled([result.promise]));
      give(runLeft(state.id));
      await Promise.all(tasks);
      await journal.flushed();
      await options.giveFree();
    },
  };
}
