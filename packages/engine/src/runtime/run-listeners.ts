import type { RunListener } from './ports.ts';

/** Who is told about a run. */
export interface RunListeners {
  /** Returns how to stop. */
  add(listener: RunListener): () => void;
  tell(call: (listener: RunListener) => void): void;
}

export function createRunListeners(first: RunListener | undefined): RunListeners {
  const listeners = new Set<RunListener>(first && [first]);
  return {
    add(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell(call) {
      for (const listener of listeners) {
        try {
          call(listener);
        } catch (error) {
          // A listener's defect is the process's to report; the run goes on.
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
  };
}
