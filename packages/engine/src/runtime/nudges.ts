/** Who wants to know when there is something for a run. */
export interface Nudges {
  /** Returns how to stop. */
  on(run: string, listener: () => void): () => void;
  tell(run: string): void;
}

export function createNudges(): Nudges {
  const listeners = new Map<string, Set<() => void>>();
  return {
    on(run, listener) {
      const ofRun = listeners.get(run) ?? new Set();
      listeners.set(run, ofRun.add(listener));
      return () => {
        ofRun.delete(listener);
        if (ofRun.size === 0) listeners.delete(run);
      };
    },
    tell(run) {
      for (const listener of listeners.get(run) ?? []) listener();
    },
  };
}
