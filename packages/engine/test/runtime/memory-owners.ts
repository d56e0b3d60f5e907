import { createSoleOwnership, type Ownership } from '../../src/runtime/ownership.ts';

/** Several processes of one machine, as far as they know of each other. */
export interface Owners {
  process(name: string): Ownership;
  kill(name: string): void;
}

export function createOwners(): Owners {
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
