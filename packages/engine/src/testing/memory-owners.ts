import { createSoleOwnership, type Ownership } from '../runtime/ownership.ts';

/** Several processes of one machine, as far as they know of each other. */
export interface MemoryOwners {
  /** The ownership of a process; it lives once it is opened. `name` must differ from all before it. */
  process(name: string): Ownership;
  /** Ends a process, whatever it was doing: nothing reaches it any more. */
  kill(name: string): void;
}

export function createMemoryOwners(): MemoryOwners {
  const living = new Map<string, Ownership>();
  return {
    process(name) {
      const own = createSoleOwnership(name);
      return {
        ...own,
        async open() {
          living.set(name, own);
          return name;
        },
        isAlive: async (owner) => living.has(owner),
        nudge: async (owner, run) => living.get(owner)?.nudge(owner, run),
      };
    },
    kill: (name) => void living.delete(name),
  };
}
