import type { FakeProcess } from './fake-process.ts';
import { MemoryTree } from './memory-tree.ts';

/** What is left of a run in the engine: workspaces by name (the run's own has the empty name), processes by name. */
export interface FakeRun {
  readonly workspaces: Map<string, MemoryTree>;
  readonly processes: Map<string, FakeProcess>;
}

/**
 * The world that outlives a driver: give the same one to a second driver to play a restart. Two instances share one
 * without seeing each other.
 */
export class FakeEngine {
  readonly #instances = new Map<string, Map<string, FakeRun>>();

  /** Everything of one instance, by run. */
  runs(instance: string): Map<string, FakeRun> {
    let runs = this.#instances.get(instance);
    if (runs === undefined) this.#instances.set(instance, (runs = new Map<string, FakeRun>()));
    return runs;
  }

  /** The run, made when missing. */
  open(instance: string, run: string): FakeRun {
    const runs = this.runs(instance);
    let found = runs.get(run);
    if (found === undefined) runs.set(run, (found = { workspaces: new Map(), processes: new Map() }));
    if (!found.workspaces.has('')) found.workspaces.set('', new MemoryTree());
    return found;
  }
}
