import { createSoleOwnership, type Ownership } from '../runtime/ownership.ts';
import { unlessAborted } from '../runtime/unless-aborted.ts';

/** Several processes of one machine, as far as they know of each other. */
export interface MemoryOwners {
  /** The ownership of a process; it lives once it is opened. `name` must differ from all before it. */
  process(name: string): Ownership;
  /** Ends a process, whatever it was doing: nothing reaches it any more. */
  kill(name: string): void;
}

interface Living {
  readonly own: Ownership;
  readonly end: PromiseWithResolvers<void>;
}

export function createMemoryOwners(): MemoryOwners {
  const living = new Map<string, Living>();
  return {
    process(name) {
      const own = createSoleOwnership(name);
      return {
        ...own,
        async open() {
          if (!living.has(name)) living.set(name, { own, end: Promise.withResolvers() });
          return name;
        },
        isAlive: async (owner) => living.has(owner),
        async gone(owner, signal) {
          await unlessAborted(living.get(owner)?.end.promise ?? Promise.resolve(), signal);
        },
        nudge: async (owner, run) => living.get(owner)?.own.nudge(owner, run),
      };
    },
    kill(name) {
      living.get(name)?.end.resolve();
      living.delete(name);
    },
  };
}
