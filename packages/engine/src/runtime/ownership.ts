import { createNudges } from './nudges.ts';
import { untilAborted } from './unless-aborted.ts';

/**
 * Which process drives a run. An owner is a process, by a name that is never used again; it is alive until its process
 * ends, however that happens.
 */
export interface Ownership {
  /** The name of this process; from then on it is alive to others. */
  open(): Promise<string>;
  /** Whether an owner's process still lives. One that is not alive never will be again. */
  isAlive(owner: string): Promise<boolean>;
  /** Resolves when an owner's process is gone, at once where it is already. Rejects with the signal's reason. */
  gone(owner: string, signal: AbortSignal): Promise<void>;
  /** Tells an owner that there is something for a run of it. One that is gone is not told. */
  nudge(owner: string, run: string): Promise<void>;
  /** Calls with every nudge for a run; returns how to stop. */
  onNudge(run: string, listener: () => void): () => void;
}

/**
 * The ownership of a process that has its store for itself: whatever another name holds, it may take over.
 * `name` must differ from those of its earlier lives.
 */
export function createSoleOwnership(name: string): Ownership {
  const nudges = createNudges();
  return {
    open: () => Promise.resolve(name),
    isAlive: (owner) => Promise.resolve(owner === name),
    gone: async (owner, signal) => (owner === name ? untilAborted(signal) : undefined),
    async nudge(owner, run) {
      if (owner === name) nudges.tell(run);
    },
    onNudge: nudges.on,
  };
}
